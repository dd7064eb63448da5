"""From a rung to another: the shortest way along the arrows of the ladder, and the error of the whole, measured."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.analysis.fixed_points import eigenvalues
from rosetta_core.analysis.linear import transfer
from rosetta_core.model import Model
from rosetta_core.translate.averaging import by_averaging
from rosetta_core.translate.circle import to_theta
from rosetta_core.translate.comparison import compared, gain_error, rhythm
from rosetta_core.translate.focus import to_wilson_cowan_focus
from rosetta_core.translate.harmonic import to_harmonic
from rosetta_core.translate.kuramoto import to_kuramoto, with_amplitude
from rosetta_core.translate.mean_field import to_ping, to_qif_nmm1, to_qif_rate
from rosetta_core.translate.phase import to_phase
from rosetta_core.translate.protocol import Rung, pushed, ringing, side_by_side
from rosetta_core.translate.rates import to_nmm1, to_voltage_form, to_wilson_cowan
from rosetta_core.translate.realisation import to_wilson_cowan_cycle
from rosetta_core.translate.resonator import to_resonator
from rosetta_core.translate.stuart_landau import to_stuart_landau
from rosetta_core.translate.translation import Error, Sides, StateMap, Translation, Validity, setting

HOPF = ("wilson_cowan", "nmm1_loop", "jansen_rit", "wendling", "lanmm", "ing", "qif_second_order", "ping")
FOCUS = (*HOPF, "stuart_landau", "master", "mpr", "qif_first_order")
SNIC = ("wilson_cowan", "jansen_rit", "wendling", "lanmm", "ping")


class Arrow(NamedTuple):
    """A way from some rungs to another: make(model, p, u, varied) translates; `varied` is what the reader chose."""

    sources: tuple[str, ...]
    target: str
    make: Callable[[Model, Mapping[str, Any], Mapping[str, Any], str], Translation]


def _value(p: Mapping[str, Any], u: Mapping[str, Any], name: str) -> float:
    return float({**p, **u}[name])


def _input(model: Model, name: str) -> str:
    inputs = [row.name for row in model.inputs]
    return name if name in inputs else inputs[0]


def _at_hopf(model: Model, p: Mapping[str, Any], u: Mapping[str, Any], name: str) -> Translation:
    value = _value(p, u, name)
    return to_stuart_landau(model, name, near=value, at=value, p=p, u=u)


def _at_snic(model: Model, p: Mapping[str, Any], u: Mapping[str, Any], name: str) -> Translation:
    value = _value(p, u, name)
    return to_theta(model, name, near=value, at=value, p=p, u=u)


ARROWS = (
    Arrow(HOPF, "stuart_landau", _at_hopf),
    Arrow(("nonlinear_damping",), "stuart_landau", lambda model, p, u, name: by_averaging(model, p=p, u=u)),
    Arrow(("kuramoto",), "stuart_landau", lambda model, p, u, name: with_amplitude(model, p=p, u=u)),
    Arrow(("stuart_landau",), "kuramoto", lambda model, p, u, name: to_kuramoto(model, p=p, u=u)),
    Arrow(("stuart_landau",), "wilson_cowan", lambda model, p, u, name: to_wilson_cowan_cycle(p)),
    Arrow(("damped",), "wilson_cowan", lambda model, p, u, name: to_wilson_cowan_focus(p)),
    Arrow(("damped",), "harmonic", lambda model, p, u, name: to_harmonic(p)),
    Arrow(FOCUS, "damped", lambda model, p, u, name: to_resonator(model, _input(model, name), p=p, u=u)),
    Arrow(("master", "nmm1_loop"), "wilson_cowan", lambda model, p, u, name: to_wilson_cowan(model, p=p, u=u)),
    Arrow(("master", "wilson_cowan"), "nmm1_loop", lambda model, p, u, name: to_nmm1(model, p=p, u=u)),
    Arrow(("wilson_cowan",), "wilson_cowan_voltage", lambda model, p, u, name: to_voltage_form(model, p=p, u=u)),
    Arrow(("nmm1_loop",), "ping", lambda model, p, u, name: to_ping(model, p=p, u=u)),
    Arrow(("ing", "qif_second_order"), "qif_nmm1", lambda model, p, u, name: to_qif_nmm1(model, p=p, u=u)),
    Arrow(("mpr",), "qif_rate", lambda model, p, u, name: to_qif_rate(model, p=p, u=u)),
    Arrow(SNIC, "theta", _at_snic),
    Arrow(HOPF, "kuramoto", lambda model, p, u, name: to_phase(model, _input(model, name), p=p, u=u)),
)
"""Every arrow between single rungs, in the order in which `translate` tries them. Networks of spikes and of rungs have
functions of their own."""


def ways(source: str, target: str) -> list[tuple[Arrow, ...]]:
    """Every way from one rung to another that visits none twice, by their names, the shortest first."""
    found: list[tuple[Arrow, ...]] = []
    queue: deque[tuple[tuple[str, ...], tuple[Arrow, ...]]] = deque([((source,), ())])
    while queue:
        visited, path = queue.popleft()
        for arrow in ARROWS:
            if visited[-1] in arrow.sources and arrow.target not in visited:
                longer = (*path, arrow)
                if arrow.target == target:
                    found.append(longer)
                else:
                    queue.append(((*visited, arrow.target), longer))
    return found


def translate(
    model: Model, to: Model | str, *, at: Mapping[str, float], p: Any = None, u: Any = None, through: Sequence[str] = ()
) -> Translation:
    """A model at an operating point as another rung, along the shortest way of arrows that can be gone from there.

    at: values of parameters or inputs by name; the first is what varies where an arrow expands around a bifurcation.
    p, u: what else differs from the defaults. through: rungs that the way must pass. The error is that of the whole,
    measured by `composed`; of one arrow it is its own. Ways with up to one arrow more than the shortest are tried;
    ValueError, with what stopped the shortest, where none can be gone.
    """
    name = to if isinstance(to, str) else to.name
    if not at:
        raise ValueError(
            f"at wants the operating point, a value by name of {model.name}, such as {model.inputs[0].name}"
        )
    inputs = [row.name for row in model.inputs]
    every_p = {**(p or {}), **{n: v for n, v in at.items() if n not in inputs}}
    every_u = {**(u or {}), **{n: v for n, v in at.items() if n in inputs}}
    source_p, source_u = setting(model, every_p, every_u)
    varied = next(iter(at))
    possible = [way for way in ways(model.name, name) if set(through) <= {arrow.target for arrow in way}]
    if not possible:
        known = sorted({arrow.target for arrow in ARROWS})
        raise ValueError(
            f"no way from {model.name} to {name}{' through ' + ', '.join(through) if through else ''}; arrows lead to "
            f"{', '.join(known)}"
        )
    stopped = []
    for way in possible:
        if len(way) > len(possible[0]) + 1:
            break
        try:
            return _along(model, way, source_p, source_u, varied)
        except (ArithmeticError, ValueError) as error:
            stopped.append(f"by way of {' and '.join(arrow.target for arrow in way)}: {error}")
    others = f". Nor is there a way among the {len(stopped) - 1} next longer" if len(stopped) > 1 else ""
    raise ValueError(f"{model.name} cannot become {name} here; {stopped[0]}{others}")


def _along(model: Model, way: Sequence[Arrow], p: Mapping[str, Any], u: Mapping[str, Any], varied: str) -> Translation:
    first = way[0].make(model, p, u, varied)
    if len(way) == 1:
        return first

    def following(arrow: Arrow) -> Callable[[Translation], Translation]:
        return lambda found: arrow.make(found.target, found.p, found.u, found.target.inputs[0].name)

    return composed(first, *map(following, way[1:]), input=_input(model, varied))


def composed(
    first: Translation, *others: Callable[[Translation], Translation], input: str | None = None
) -> Translation:
    """`first`, and what follows from each translation in turn, as one translation whose error is measured as a whole.

    The error is that of the last target, dressed in the units of the source (`dressed`), against the source itself: of
    the rhythm where both have one, of the transfer function from `input` (the source's first, if left out) where not.
    `valid` says yes where every step does; its number is the largest share that a step uses up of its limit.
    """
    steps = [first]
    for follow in others:
        steps.append(follow(steps[-1]))
    last = steps[-1]
    shares = [each.valid.value / each.valid.limit if each.valid.limit > 0 else np.inf for each in steps]
    words = "; then ".join(each.valid.words for each in steps)
    name = first.source.inputs[0].name if input is None else input

    @cache
    def rungs() -> list[Rung]:
        return side_by_side((found,), name)

    def measure(*, n_phases: int = 256) -> Error:
        return _measured(rungs(), name, n_phases)

    def again(share: float) -> Translation:
        return composed(first.again(share * first.valid.limit), *others, input=input)

    found = Translation(
        first.source, last.target, first.source_p, first.source_u, last.p, last.u, _joined(steps),
        Validity(words, "largest share of a limit", "1", max(shares), 1.0, max(e.valid.tolerance for e in steps), {}),
        tuple(text for each in steps for text in each.assumptions), Error("not measured yet"), measure, again,
        lambda: _sides(rungs(), name), _drives(steps),
    )  # fmt: skip
    return replace(found, error=measure())


def _joined(steps: Sequence[Translation]) -> StateMap:
    maps = [each.x_map for each in steps]
    there, back = [m.forward for m in maps], [m.backward for m in reversed(maps)]
    return StateMap("; then ".join(m.words for m in maps), _chain(there), _chain(back))


def _chain(functions: Sequence[Callable[[np.ndarray], np.ndarray] | None]) -> Callable[[np.ndarray], np.ndarray] | None:
    if any(each is None for each in functions):
        return None

    def through(x: np.ndarray) -> np.ndarray:
        for each in functions:
            x = each(x)  # type: ignore[misc]
        return x

    return through


def _drives(steps: Sequence[Translation]) -> dict[str, dict[str, float]]:
    """Gains from inputs of the first rung to inputs of the last: those of the steps, multiplied."""
    found = {name: dict(row) for name, row in steps[0].drives.items()}
    for step in steps[1:]:
        for name, row in found.items():
            total: dict[str, float] = {}
            for between, gain in row.items():
                for target, more in step.drives.get(between, {}).items():
                    total[target] = total.get(target, 0.0) + gain * more
            found[name] = total
    return found


def _rhythms(rungs: Sequence[Rung], input: str, n_phases: int) -> list[Any]:
    return [rhythm(r.cycle, "output", pushed(r, input), n_phases) for r in rungs if r.cycle is not None]


def _gains(rungs: Sequence[Rung], input: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    f = ringing(rungs[0]) * np.linspace(0.5, 1.5, 201)
    source, target = (transfer(r.model, input, "output", f, x=r.start) for r in rungs)
    return f, source, target


def _measured(rungs: Sequence[Rung], input: str, n_phases: int) -> Error:
    found = _rhythms(rungs, input, n_phases)
    if len(found) == 2:
        return Error(f"limit cycles of the first rung and the last, push through {input}", **compared(*found))
    if found:
        with_one = next(r.name for r in rungs if r.cycle is not None)
        raise ArithmeticError(f"only {with_one} has a stable rhythm here: the two are not the same thing any more")
    true, other = (eigenvalues(r.model, r.start)[0] for r in rungs)
    wrong = float(abs(other - true) / abs(true))
    if other.real == 0:
        return Error("leading eigenvalues of the first rung and the last at rest", eigenvalue=wrong)
    f, source, target = _gains(rungs, input)
    test = f"transfer function from {input}, {f[0]:.4g} to {f[-1]:.4g} Hz, of the first rung and the last at rest"
    return Error(test, transfer=gain_error(source, target), eigenvalue=wrong)


def _sides(rungs: Sequence[Rung], input: str) -> Sides:
    signal, found = rungs[0].model.signal, _rhythms(rungs, input, 256)
    assert signal is not None
    if found:
        return Sides("phase", "rad", found[0].phase, signal.name, signal.unit, found[0].y, found[1].y)
    per = f"{signal.unit} per {rungs[0].model.quantity(input).unit}"
    return Sides("frequency", "Hz", *_gains(rungs, input)[:1], f"gain of {input}", per, *_gains(rungs, input)[1:])
