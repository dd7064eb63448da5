"""`simulate`: one function for a model, for many nodes of it, and for a network."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import ArrayLike

from rosetta_core.adaptive import simulate_adaptively
from rosetta_core.delays import simulate_network
from rosetta_core.drive import Drive
from rosetta_core.integrate import Trajectory, simulate_model
from rosetta_core.model import Model
from rosetta_core.network import Network


def simulate(
    model: Model | Network,
    t1: float,
    dt: float,
    *,
    p: Mapping[str, Any] | ArrayLike | None = None,
    x0: Mapping[str, Any] | ArrayLike | None = None,
    u: Mapping[str, Any] | ArrayLike | Drive | None = None,
    method: str = "rk4",
    every: int = 1,
    sigma: Any = 0.0,
    seed: int = 0,
    history: Any = None,
    fused: bool = True,
) -> Trajectory:
    """Run a model, or a network of it, from t = 0 to t1 (s) with the fixed step dt (s).

    p, x0, u: parameters, initial state and inputs, by name (missing names take their defaults) or as an array in the
    order of the model's rows. A value per node, in an array of length n_nodes, makes many uncoupled nodes. An input
    may be a drive (`step`, `pulse`, `pulse_train`, `sinusoid`, `modulated`, `chirp`, `sampled`), the same for all
    nodes, or a list with a drive or a number for each node.
    method: "euler", "heun" or "rk4", of order 1, 2 and 4 while the drive is smooth; a jump of the drive that falls
    between two steps costs the order. With delays Heun keeps its order 2; RK4 keeps its order 4 if the history joins
    the run smoothly, and has order 2 behind a kink. "dop853" is scipy's adaptive method of order 8 on the same kernel,
    relative tolerance 1e-10, to check any result without noise and delays; dt is then the time between samples.
    every: keep one sample in so many steps; sample 0 is x0 at t = 0. The run ends at the last whole step that does not
    pass t1.
    sigma: noise. A number is white noise on every state, dx = f dt + sigma dW, in unit of state per square root of a
    second. A mapping puts it on states and inputs by name: a number or one per node is white noise (on an input: unit
    of input times square root of a second), `ornstein_uhlenbeck(sd, tau)` is noise with a memory. The path depends on
    (seed, node, step) alone. White noise on an input that multiplies a state (theta's I) is read as Ito does by Euler,
    as Stratonovich does by Heun and RK4.
    history: for a network with delays, the states before t = 0: a function of t (s, negative) that returns
    (n_state, n_nodes), or an array (n, n_state, n_nodes) of samples dt apart, the last one at t = 0. Without it every
    node has been in its initial state for ever.
    fused: a product that is added to something is rounded once, with the sum. False rounds both, which is what a page
    can do: a third slower (a network by more), and the bits of the exploration on the page.

    One node and many give the same bits, and so do two runs with the same seed on one machine. Raises ValueError or
    TypeError before the run for input without meaning, among it a step that is too large to be stable at x0, and
    FloatingPointError when a state stops being finite during the run.
    """
    options = {"p": p, "x0": x0, "u": u, "every": every, "sigma": sigma, "seed": seed}
    if not fused and method == "dop853":
        raise ValueError("fused=False is for the methods 'euler', 'heun' and 'rk4'; leave it out here")
    if method == "dop853":
        return simulate_adaptively(model, t1, dt, history=history, **options)
    if not isinstance(model, Model):
        return simulate_network(model, t1, dt, method=method, history=history, fused=fused, **options)
    if history is not None:
        raise ValueError(f"history is for networks with delays; the model {model.name!r} starts from x0 alone")
    return simulate_model(model, t1, dt, method=method, fused=fused, **options)
