"""What the static picture of an exploration is drawn from: its run, drive, point of rest and twin, natively."""

from typing import Any

import numpy as np

from rosetta_core.analysis.fixed_points import FixedPoint, fixed_points
from rosetta_core.analysis.linear import transfer
from rosetta_core.book.exploration_parts import Exploration
from rosetta_core.drive import Drive, pulse, pulse_train, sinusoid, step
from rosetta_core.integrate import Trajectory
from rosetta_core.models import MODELS
from rosetta_core.simulation import simulate


def setting(exploration: Exploration) -> dict[str, float]:
    """Parameters, inputs and reserved names with the numbers that the exploration starts with."""
    model = exploration.model
    declared = {q.name: q.default for q in (*model.params, *model.inputs)} | {"sigma": 0.0} | exploration.extra
    return declared | exploration.fixed | {control.name: control.default for control in exploration.controls}


def drives(exploration: Exploration, now: dict[str, float]) -> dict[str, Drive]:
    """The driven inputs as drives, on top of their constant values."""
    plan = exploration.drive
    if plan is None:
        return {}
    size, start, width, hertz = (now.get(f"drive_{name}", 0.0) for name in ("amplitude", "start", "width", "frequency"))

    def of(name: str, phase: float) -> Drive:
        offset = now[name]
        if plan.kind in ("constant", "step"):
            return step(size, start, offset)
        if plan.kind == "pulse":
            return pulse(size, start, width, offset)
        if plan.kind == "pulses":
            return pulse_train(size, start, width, hertz, offset=offset)
        return sinusoid(size, hertz, phase, offset)

    return {name: of(name, phase) for name, phase in plan.inputs.items()}


def run(
    exploration: Exploration, now: dict[str, float], x0: dict[str, float] | None = None, seed: int = 0
) -> Trajectory:
    """The exploration's run at a setting."""
    model, plan = exploration.model, exploration.run
    inputs: dict[str, Any] = {q.name: now[q.name] for q in model.inputs}
    return simulate(
        model,
        plan.t1,
        now.get("dt", plan.dt),
        p=parameters(exploration, now),
        u=inputs | drives(exploration, now),
        x0=exploration.x0 if x0 is None else x0,
        method=exploration.method.default if exploration.method else "rk4",
        every=plan.every,
        sigma=now["sigma"],
        seed=plan.seed + seed,
    )


def parameters(exploration: Exploration, now: dict[str, float]) -> dict[str, float]:
    """Parameters by name."""
    return {q.name: now[q.name] for q in exploration.model.params}


def still(exploration: Exploration, now: dict[str, float]) -> dict[str, float]:
    """Constant inputs, with what of the drive stays for ever: a constant, or a step once it is done."""
    inputs = {q.name: now[q.name] for q in exploration.model.inputs}
    plan = exploration.drive
    if plan and plan.kind in ("constant", "step"):
        inputs[next(iter(plan.inputs))] += now["drive_amplitude"]
    return inputs


def late(traj: Trajectory) -> int:
    """The sample at which the last quarter begins."""
    return int(0.75 * len(traj.t))


def rest(exploration: Exploration, now: dict[str, float], traj: Trajectory) -> FixedPoint | None:
    """The point of rest nearest to the mean of the run's last quarter; None where there is none or a whole line."""
    middle = traj.x[late(traj) :].mean(axis=0)
    return min(rests(exploration, now), key=lambda point: float(np.linalg.norm(point.x - middle)), default=None)


def rests(exploration: Exploration, now: dict[str, float]) -> tuple[FixedPoint, ...]:
    """All points of rest; none where they form a line."""
    try:
        return fixed_points(exploration.model, parameters(exploration, now), still(exploration, now))
    except ValueError:
        return ()


def shown(exploration: Exploration, traj: Trajectory, name: str) -> np.ndarray:
    """A state or the output along a run, (n,)."""
    if name != "output":
        return traj[name]
    assert exploration.output is not None
    weights, constant = exploration.output
    return traj.x @ np.array(weights) + constant


def gains(
    exploration: Exploration, now: dict[str, float], at: FixedPoint, of: str, frequency: np.ndarray
) -> np.ndarray:
    """Complex gain of a state or the output from the drive, (n,) at frequencies in Hz, by the model made linear."""
    assert exploration.drive is not None
    inputs = exploration.drive.inputs
    reference = next(iter(inputs.values()))
    p, u = parameters(exploration, now), still(exploration, now)
    parts = [
        np.exp(2j * np.pi * (phase - reference)) * transfer(exploration.model, name, of, frequency, x=at.x, p=p, u=u)
        for name, phase in inputs.items()
    ]
    return np.sum(parts, axis=0)


def answer(exploration: Exploration, now: dict[str, float], traj: Trajectory, of: str) -> complex:
    """Amplitude and phase of the run at the drive's frequency, as a complex number whose angle is that ahead of it.

    Least squares over whole periods at the end: a quarter of the run, if that holds one.
    """
    assert exploration.drive is not None
    hertz, phase = now["drive_frequency"], next(iter(exploration.drive.inputs.values()))
    period = 1 / (hertz * (traj.t[1] - traj.t[0]))
    count = int(min(round(max(len(traj.t) // 4 // period, 1) * period), len(traj.t)))
    angle = 2 * np.pi * (hertz * traj.t[-count:] + phase)
    rows = np.stack([np.sin(angle), np.cos(angle), np.ones(count)], axis=1)
    sine, cosine, _ = np.linalg.lstsq(rows, shown(exploration, traj, of)[-count:], rcond=None)[0]
    return complex(sine, cosine)


def twin_number(exploration: Exploration, twin: dict[str, Any], number: Any, now: dict[str, float]) -> float:
    """A NUMBER of a twin at a setting (see `precomputed`)."""
    if not isinstance(number, list):
        return float(number)
    control = next(c for c in exploration.controls if c.name == twin["along"])
    return float(np.interp(now[twin["along"]], np.linspace(control.low, control.high, len(number)), number))


def twin_run(
    exploration: Exploration, twin: dict[str, Any], now: dict[str, float], traj: Trajectory, begin: float
) -> dict[str, np.ndarray]:
    """The twin's shown values from the time `begin` (s) on, beside a run at a setting (see `precomputed`)."""
    model = next(m for m in MODELS if m.name == twin["model"])
    names = list(twin["shown"])
    weights = np.array([row["weights"] for row in twin["shown"].values()])
    offset = np.array([twin_number(exploration, twin, row["offset"], now) for row in twin["shown"].values()])
    p = {name: twin_number(exploration, twin, value, now) for name, value in twin["p"].items()}
    every, dt = exploration.run.every, now.get("dt", exploration.run.dt)
    first = round(begin / (traj.t[1] - traj.t[0]))

    def nearest(k: int) -> np.ndarray:
        wanted = np.array([shown(exploration, traj, name)[k] for name in names]) - offset
        return np.linalg.lstsq(weights, wanted, rcond=None)[0]

    z = nearest(0)
    if first:
        z = simulate(model, first * every * dt, dt, p=p, x0=z, every=every).x[-1]
        there = nearest(first)
        z = there * np.linalg.norm(z) / np.linalg.norm(there)
    path = simulate(model, (len(traj.t) - 1 - first) * every * dt, dt, p=p, x0=z, every=every).x
    return dict(zip(names, (path @ weights.T + offset).T, strict=True))
