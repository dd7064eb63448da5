"""What an exploration is made of, checked: the fields are the keys of its file (explorations/README.md)."""

from dataclasses import dataclass
from typing import Any

from rosetta_core.book.exploration_networks import NetworkPlan
from rosetta_core.book.exploration_views import DrivePlan
from rosetta_core.model import Model


@dataclass(frozen=True)
class Choice:
    """One possible prediction, with the reply it earns."""

    id: str
    text: str
    reply: str


@dataclass(frozen=True)
class Control:
    """One slider: name of a parameter, input or `sigma`; range, step and start in its unit."""

    name: str
    low: float
    high: float
    step: float
    default: float


@dataclass(frozen=True)
class Methods:
    """The choice of an integrator: its options and the first one taken."""

    choices: tuple[str, ...]
    default: str


@dataclass(frozen=True)
class Preset:
    """A labelled setting of some controls, and of the start where `x0` names states."""

    label: str
    set: dict[str, Any]
    x0: dict[str, float]


@dataclass(frozen=True)
class Run:
    """Duration and step in seconds, steps per kept sample, seed, whether the state carries over."""

    t1: float
    dt: float
    every: int = 1
    seed: int = 0
    carry: bool = False


@dataclass(frozen=True)
class Sweep:
    """A slow drive of one control from low to high and back, `seconds` on the clock each way."""

    name: str
    low: float
    high: float
    seconds: float


@dataclass(frozen=True)
class Find:
    """A number to find: accepted range in `unit`, replies to a right, a too small and a too large answer."""

    text: str
    unit: str
    accept: tuple[float, float]
    right: str
    below: str
    above: str


@dataclass(frozen=True)
class Say:
    """A sentence about the present state, used when every named value is in its half-open range (or is the method)."""

    when: dict[str, Any]
    text: str


@dataclass(frozen=True)
class Exploration:
    """One checked exploration; the fields are the keys of its file.

    extra holds the start values of the reserved names in use; output the weights of the states in the output and a
    constant, where a view shows it.
    """

    id: str
    model: Model
    title: str
    question: str
    choices: tuple[Choice, ...]
    answer: str
    controls: tuple[Control, ...]
    fixed: dict[str, float]
    x0: dict[str, float]
    run: Run
    views: tuple[dict[str, Any], ...]
    sweep: Sweep | None
    presets: tuple[Preset, ...]
    notice: tuple[str, ...]
    says: tuple[Say, ...]
    find: Find
    why: str
    alt: str
    extra: dict[str, float]
    drive: DrivePlan | None = None
    method: Methods | None = None
    measure: str | None = None
    output: tuple[list[float], float] | None = None
    twin: str | None = None
    network: NetworkPlan | None = None
