"""Ensembles: one model under many parameters, inputs, seeds and initial states, on all cores."""

import difflib
import math
import os
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rosetta_core import arguments as given
from rosetta_core._jit import inlined, inner
from rosetta_core.grid import combined
from rosetta_core.integrate import BLOCK, Problem, advance, blown_up, fresh, prepare
from rosetta_core.lanes import WIDTH
from rosetta_core.model import Model, unknown
from rosetta_core.reductions import ROWS, reducer, results
from rosetta_core.runge_kutta import CHUNK

REDUCTIONS = ("mean", "variance", "minimum", "maximum", "frequency", "spectrum")
SETS = 16 * WIDTH
"""Sets that are computed together: their states stay in the fast cache."""


@dataclass(frozen=True)
class Ensemble:
    """What an ensemble gave: statistics by name, or trajectories x.

    shape is (n_sets,), or one length for each axis of a grid, whose values are in `axes` by name. `result["mean"]` has
    that shape, `result["spectrum"]` (n_frequencies, *shape). Without reduction t (n_samples,) is in s and x
    (n_samples, n_state, *shape).
    """

    model: Model
    shape: tuple[int, ...]
    axes: dict[str, np.ndarray]
    statistics: dict[str, np.ndarray] = field(repr=False)
    t: np.ndarray = field(repr=False)
    x: np.ndarray = field(repr=False)

    def __getitem__(self, name: str) -> np.ndarray:
        """A statistic by its name, or the samples of a state (n_samples, *shape)."""
        if name in self.statistics:
            return self.statistics[name]
        names = [row.name for row in self.model.state] if self.x.size else []
        if name not in names:
            raise KeyError(unknown(self.model.name, "result", name, [*self.statistics, *names]))
        return self.x[:, names.index(name)]


class _Plan(NamedTuple):
    """What every block of sets does, beside the problem itself."""

    dt: float
    steps: int
    every: int
    reduce: tuple[str, ...]
    of: str
    skip: int
    level: float | None
    frequencies: tuple[float, ...]


def ensemble(
    model: Model,
    t1: float,
    dt: float,
    *,
    p: Any = None,
    x0: Any = None,
    u: Any = None,
    seed: Any = 0,
    sigma: Any = 0.0,
    method: str = "rk4",
    every: int = 1,
    grid: bool = False,
    reduce: str | tuple[str, ...] = (),
    of: str = "output",
    settle: float = 0.0,
    level: float | None = None,
    frequencies: Any = (),
    executor: Executor | None = None,
    progress: bool | None = None,
) -> Ensemble:
    """Run many sets of a model at once: vector instructions on each core, blocks of sets over all cores.

    p, x0, u, sigma as in `simulate`, an array giving one value for each set; seed a number (set i then is node i of
    that seed) or one for each set. With grid=True arrays may differ in length, and every combination of them is a set:
    axes in the order p, x0, u, seed, and within each as the mapping has them.
    reduce: statistics of `of` (the model's output, or a state) that are kept instead of trajectories, so that memory
    does not grow with length: "mean", "variance", "minimum", "maximum", "frequency" (Hz, from upward crossings of
    `level`, by default the middle of the range in the second half of settling; nan with fewer than two), "spectrum"
    (one-sided density, unit of `of` squared per Hz, at `frequencies` in Hz, Hann window over the whole run). They
    begin `settle` seconds after the start, and take one sample in `every` steps.
    executor: where blocks run, any concurrent.futures.Executor, a Dask client's among them; by default threads on all
    cores. progress: a bar; by default one appears in a terminal when a run takes over two seconds. Ctrl-C stops it.

    Every set gives the bits that `simulate` would give it. Errors as in `simulate`, and MemoryError for trajectories
    that do not fit, before the run.
    """
    if not isinstance(model, Model):
        raise TypeError(
            f"ensemble wants a model, got {model!r}; run networks side by side with "
            "executor.map(lambda settings: simulate(network, ...), ...)"
        )
    steps, every = given.steps_of(t1, dt, every)
    names = _reductions(reduce)
    axes, shape, (p, x0, u, seed) = combined(p, x0, u, seed) if grid else ({}, None, (p, x0, u, seed))
    seeds = np.asarray(seed)
    if seeds.ndim > 1:
        raise ValueError(f"seed wants one number or a row of them, got shape {seeds.shape}")
    for each in np.ravel(seeds).tolist():
        given.whole("seed", each, 0)
    problem = prepare(model, dt, p, x0, u, method, sigma, seeds.astype(np.int64), in_groups=True)
    shape = shape or (problem.nodes,)
    plan = _plan(model, dt, steps, every, names, of, settle, level, frequencies)
    samples = steps // every + 1
    if not names:
        size = (len(model.state), problem.X.shape[1])
        x = given.room(samples, size, f'raise every = {every}, or keep statistics only: reduce=("mean", "variance")')
    else:
        x = np.empty((0, 0, 0))
    n, kept = problem.nodes, {}
    for name in names:
        kept[name] = np.empty((len(plan.frequencies), problem.X.shape[1]) if name == "spectrum" else problem.X.shape[1])
    with closing(_run(_blocks(problem), plan, executor, progress, problem.X.shape[1] * steps)) as running:
        for (start, stop), found in running:
            for name, part in found.items():
                (x if name == "x" else kept[name])[..., start:stop] = part
    return Ensemble(
        model, shape, axes, {name: a[..., :n].reshape(*a.shape[:-1], *shape) for name, a in kept.items()},
        np.arange(samples) * (every * dt) if not names else np.empty(0),
        x[..., :n].reshape(*x.shape[:2], *shape) if not names else x,
    )  # fmt: skip


def _reductions(reduce: str | tuple[str, ...]) -> tuple[str, ...]:
    names = (reduce,) if isinstance(reduce, str) else tuple(reduce)
    for name in names:
        if name not in REDUCTIONS:
            near = difflib.get_close_matches(str(name), REDUCTIONS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"reduce wants names among {', '.join(map(repr, REDUCTIONS))}, got {name!r}{hint}")
    return names


def _plan(
    model: Model, dt: float, steps: int, every: int, names: tuple[str, ...], of: str, settle: float, level: Any,
    frequencies: Any,
) -> _Plan:  # fmt: skip
    states = [row.name for row in model.state]
    if of != "output" and of not in states:
        raise ValueError(unknown(model.name, "state to reduce", of, ["output", *states]))
    if not (math.isfinite(settle) and settle >= 0):
        raise ValueError(f"settle must be a finite number of seconds, 0 or more, got {settle}")
    samples, skip = steps // every, round(settle / (every * dt))
    if names and samples - skip < 2:
        raise ValueError(f"settle = {settle} s leaves fewer than two samples of the run; shorten it or raise t1")
    if "frequency" in names and level is None and skip < 2:
        raise ValueError("frequency wants a level, or settle > 0 so that the run itself shows the middle of its range")
    if level is not None and not math.isfinite(level):
        raise ValueError(f"level must be finite, got {level}")
    wanted = tuple(np.ravel(np.asarray(frequencies, dtype=float)).tolist())
    nyquist = 0.5 / (every * dt)
    if "spectrum" in names and not (wanted and all(0 <= f <= nyquist for f in wanted)):
        raise ValueError(
            f"spectrum wants frequencies between 0 and {nyquist:g} Hz (half the sampling rate), got {wanted}"
        )
    return _Plan(dt, steps, every, names, of, skip, level, wanted if "spectrum" in names else ())


def _blocks(problem: Problem) -> Iterator[tuple[tuple[int, int], Problem]]:
    width = problem.X.shape[1]
    for start in range(0, width, SETS):
        part = slice(start, min(start + SETS, width))

        def cut(array: np.ndarray, part: slice = part) -> np.ndarray:
            return array if array.shape[-1] == 1 < width else np.ascontiguousarray(array[..., part])

        inputs, noise = problem.inputs, problem.noise
        yield (start, part.stop), problem._replace(
            X=cut(problem.X), P=cut(problem.P), seeds=cut(problem.seeds), streams=cut(problem.streams),
            inputs=inputs._replace(constants=cut(inputs.constants), waves=cut(inputs.waves)),
            noise=noise._replace(rows=cut(noise.rows), sd=cut(noise.sd)), nodes=part.stop - start,
        )  # fmt: skip


def _run(
    blocks: Iterator[tuple[tuple[int, int], Problem]], plan: _Plan, executor: Executor | None, progress: bool | None,
    total: int,
) -> Generator[tuple[tuple[int, int], dict[str, np.ndarray]], None, None]:  # fmt: skip
    """All blocks through the executor, as they get ready, beside a bar of node steps; the first error ends the rest."""
    from tqdm import tqdm

    pool = ThreadPoolExecutor(os.cpu_count()) if executor is None else executor
    waiting: dict[Future[Any], tuple[int, int]] = {}
    stop = np.zeros(1, dtype=np.int64)
    hidden = None if progress is None else not progress  # None: shown where somebody looks at a terminal
    bar = tqdm(total=total, unit="steps", unit_scale=True, disable=hidden, delay=0 if progress else 2.0, leave=False)
    try:
        waiting = {pool.submit(_block, part, plan, key[0], stop): key for key, part in blocks}
        while waiting:
            # The time limit lets Ctrl-C through where a wait without end would not.
            ready, _ = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
            while ready:
                future = ready.pop()
                key = waiting.pop(future)
                yield key, future.result()
                bar.update((key[1] - key[0]) * plan.steps)
    finally:
        stop[0] = 1
        for future in waiting:
            future.cancel()
        bar.close()
        if executor is None:
            pool.shutdown(wait=True, cancel_futures=True)


def _block(problem: Problem, plan: _Plan, first_set: int, stop: np.ndarray) -> dict[str, np.ndarray]:
    """One block of sets, in whatever process it is; where memory is shared, stop[0] = 1 ends it early."""
    if not plan.reduce:
        state = fresh(problem)
        out = np.empty((plan.steps // plan.every + 1, *problem.X.shape))
        out[0] = problem.X
        at_once = max(BLOCK // (plan.every * problem.X.shape[1]), 1) * plan.every
        for first in range(0, plan.steps, at_once):
            kept = out[first // plan.every + 1 : (first + at_once) // plan.every + 1]
            count = min(at_once, plan.steps - first)
            if not stop[0]:
                advance(problem, state, plan.dt, first, count, plan.every, kept, first_set=first_set)
        return {"x": out}
    state, width = fresh(problem), min(problem.X.shape[1], WIDTH)
    observe, names = _observed(problem.model, plan.of), set(plan.reduce)
    ranged = bool(names & {"minimum", "maximum", "frequency"})
    run = reducer(
        problem.model.rhs, problem.tableau, problem.layout, observe, "variance" in names, ranged, "frequency" in names
    )
    groups = -(-problem.X.shape[1] // width)
    stats, waves = np.zeros((groups, ROWS, width)), np.zeros((groups, 2 * len(plan.frequencies), width))
    total = plan.steps // plan.every - plan.skip
    inputs, noise = problem.inputs, problem.noise
    X, P, U, drives, rows, eta, seeds, streams = (
        _grouped(each, width) for each in (state.X, problem.P, inputs.constants, inputs.waves, noise.rows, state.eta,
                                           problem.seeds, problem.streams)
    )  # fmt: skip
    done, group = run(
        X, P, U, drives, inputs.samples, rows, noise.keys, eta, seeds, streams, plan.dt, plan.steps, plan.every,
        state.D, state.F, state.line, plan.skip, total, plan.level or 0.0, plan.level is not None,
        np.array(plan.frequencies) * plan.every * plan.dt, stats, waves, np.empty((max(CHUNK // plan.every, 1), width)),
        stop,
    )  # fmt: skip
    if stop[0]:
        return {}
    if done < plan.steps // plan.every * plan.every:
        raise blown_up(problem, (problem.X, fresh(problem).eta), plan.dt, 0, done, group * width, first_set)
    stats, waves = (np.moveaxis(each, 0, 1).reshape(each.shape[1], groups * width) for each in (stats, waves))
    return results(plan.reduce, stats, waves, plan.every * plan.dt, total)


def _grouped(array: np.ndarray, width: int) -> np.ndarray:
    """(groups, ..., width) from (..., nodes), or (1, ..., 1) where all nodes share one column."""
    columns = array.shape[-1]
    each = width if columns % width == 0 else 1
    return np.ascontiguousarray(np.moveaxis(array.reshape(*array.shape[:-1], columns // each, each), -2, 0))


@cache
def _state(index: int) -> Callable[..., Any]:
    @inner
    def observe(x, p):
        return (x[index],)

    return observe


@cache
def _output(output: Any) -> Callable[..., Any]:
    output = inlined(output)

    @inner
    def observe(x, p):
        return (output(x, p),)

    return observe


def _observed(model: Model, of: str) -> Any:
    names = [row.name for row in model.state]
    return _output(model.output) if of == "output" else _state(names.index(of))
