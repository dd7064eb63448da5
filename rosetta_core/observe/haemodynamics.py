"""`bold`: neural activity to BOLD, by running the Balloon-Windkessel model on it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core.drive import sampled
from rosetta_core.model import Model, values
from rosetta_core.models.balloon_windkessel import balloon_windkessel
from rosetta_core.observe.series import Run, Signal, is_number, outputs, seconds, series
from rosetta_core.simulation import simulate


@dataclass(frozen=True, eq=False)
class Bold(Signal):
    """BOLD as percent change from rest, with the haemodynamic states (n_samples, 4[, n_nodes]): s, f, v, q."""

    states: np.ndarray


def bold(
    activity: Run | Signal | ArrayLike,
    dt: float | ArrayLike | None = None,
    *,
    gain: float = 1.0,
    baseline: float | ArrayLike = 0.0,
    tr: float | None = None,
    step: float = 0.01,
    model: Model = balloon_windkessel,
    p: Mapping[str, Any] | ArrayLike | None = None,
) -> Bold:
    """BOLD (%) that follows from neural activity (n_samples[, n_nodes]), from rest at the first sample.

    The input of the model is z = gain (activity - baseline), in 1/s^2; a lasting z raises the flow to 1 + z/gamma, so
    choose the gain such that z stays about 0.1 to 0.3 (flow 1.25 to 1.75). Activity that would stop the flow is
    refused. baseline: one number or one per node. tr: interval of the samples returned, in s (default: step).
    model: `balloon_windkessel` or one of its presets; p: its parameters.

    Activity is averaged over windows of `step` s (an even number of samples; none where the samples are wider apart)
    and the model run on straight lines between the averages, with RK4 in steps of at most `step`. Vessels pass next to
    nothing above 1 Hz, and a component of frequency f comes in smaller by the fraction (pi f step)^2/2: 5e-4 at 1 Hz.
    The first 20 s or so still show the way from rest. Sample k is the state at the end of the step that reaches k tr.

    Flow, volume and deoxyhaemoglobin are integrated as they are, not as logarithms. Logarithms would not keep a flow
    that the input stops: ds/dt = z + gamma - kappa s there, so log f falls to minus infinity in finite time. Such
    activity is refused, and otherwise RK4 at `step` = 0.01 s is exact to about 1e-9 % of BOLD.
    """
    samples, interval = series(activity, dt)
    z = _input(samples, gain, baseline)
    z, interval = _averaged(z, interval, seconds("step", step))
    every = _whole_steps(tr, interval, z.shape[0])
    columns = z.reshape(z.shape[0], -1).T
    sets = values(model.name, "parameter", model.params, p)
    if sets.ndim == 2 and sets.shape[1] != columns.shape[0]:
        raise ValueError(f"p holds values for {sets.shape[1]} nodes, the activity has {columns.shape[0]}")
    per_node = sets.T if sets.ndim == 2 else [sets] * columns.shape[0]
    runs = [_run(model, column, interval, step, every, q) for column, q in zip(columns, per_node, strict=True)]
    percent = [outputs(model, x, q) for (_, x), q in zip(runs, per_node, strict=True)]
    x = np.stack([x for _, x in runs], axis=-1)
    row, nodes = model.signal or model.state[0], samples.shape[1:]
    return Bold(
        runs[0][0],
        np.stack(percent, axis=-1).reshape(-1, *nodes),
        row.name,
        row.unit,
        row.meaning,
        x.reshape(*x.shape[:2], *nodes),
    )


def _input(samples: np.ndarray, gain: float, baseline: float | ArrayLike) -> np.ndarray:
    nodes = samples.shape[1:]
    rest = np.asarray(baseline, dtype=float)
    if not is_number(gain) or rest.shape not in ((), nodes) or not np.isfinite(rest).all():
        raise ValueError(
            f"gain wants a finite number and baseline one or one per node {nodes}, got {gain!r} and shape {rest.shape}"
        )
    return gain * (samples - rest)


def _averaged(z: np.ndarray, interval: float, step: float) -> tuple[np.ndarray, float]:
    """Means of z over windows centred on samples a step apart (half windows at the ends), by the trapezoidal rule."""
    width = 2 * round(step / (2 * interval))
    if width < 2:
        return z, interval
    area = np.concatenate([np.zeros((1, *z.shape[1:])), np.cumsum((z[1:] + z[:-1]) / 2, axis=0)])
    centre = np.arange(0, z.shape[0], width)
    if centre.size < 2:
        raise ValueError(f"the record of {z.shape[0] * interval:g} s is shorter than one step of {step:g} s")
    first, last = np.maximum(centre - width // 2, 0), np.minimum(centre + width // 2, z.shape[0] - 1)
    span = (last - first).reshape(-1, *(1,) * (z.ndim - 1))
    # The window of the last centre is empty where the record ends on it and the width is two samples.
    mean = np.where(span > 0, (area[last] - area[first]) / np.maximum(span, 1), z[centre])
    return mean, width * interval


def _whole_steps(tr: float | None, interval: float, n: int) -> int:
    if tr is None:
        return 1
    every = round(seconds("tr", tr) / interval)
    if every < 1 or abs(every * interval - tr) > 1e-6 * tr:
        raise ValueError(f"tr must be a whole multiple of {interval:g} s, the step of the input, got {tr:g} s")
    if every > n - 1:
        raise ValueError(f"tr = {tr:g} s is longer than the record of {(n - 1) * interval:g} s")
    return every


def _run(
    model: Model, z: np.ndarray, interval: float, step: float, every: int, p: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    finer = max(math.ceil(interval / step - 1e-9), 1)
    dt = interval / finer
    try:
        # Uncompiled, numpy would warn of the NaN by which the kernel says that the flow has stopped.
        with np.errstate(invalid="ignore"):
            run = simulate(model, (z.size - 1) * interval, dt, p=p, u=sampled(z, interval), every=every * finer)
    except FloatingPointError as error:
        raise ValueError(
            f"this activity stops the blood flow: z = gain (activity - baseline) goes from {z.min():g} to {z.max():g}, "
            f"and a lasting z below -gamma = {-p[1]:g} leaves none; lower the gain or the baseline"
        ) from error
    return run.t, run.x
