"""The same questions, asked of every rung: fixed points, linear response, bifurcations, cycles, phase, locking."""

from rosetta_core.analysis.continuation import Branch, continuation
from rosetta_core.analysis.cycle_branch import CycleBranch
from rosetta_core.analysis.cycles import cycles
from rosetta_core.analysis.fixed_points import FixedPoint, eigenvalues, fixed_points
from rosetta_core.analysis.hopf import Fold, Hopf, fold, hopf
from rosetta_core.analysis.linear import covariance, noise_spectrum, transfer
from rosetta_core.analysis.locking import Tongue, locking
from rosetta_core.analysis.lyapunov import Lyapunov, lyapunov_exponents
from rosetta_core.analysis.normal_form import NormalForm, normal_form
from rosetta_core.analysis.orbits import Cycle, limit_cycle
from rosetta_core.analysis.phase import (
    Interaction,
    Isochrons,
    PhaseResponse,
    interaction_function,
    isochrons,
    phase_response,
)
from rosetta_core.analysis.two_parameter import bogdanov_takens, cusp, two_parameter

__all__ = [
    "Branch",
    "Cycle",
    "CycleBranch",
    "FixedPoint",
    "Fold",
    "Hopf",
    "Interaction",
    "Isochrons",
    "Lyapunov",
    "NormalForm",
    "PhaseResponse",
    "Tongue",
    "bogdanov_takens",
    "continuation",
    "covariance",
    "cusp",
    "cycles",
    "eigenvalues",
    "fixed_points",
    "fold",
    "hopf",
    "interaction_function",
    "isochrons",
    "limit_cycle",
    "locking",
    "lyapunov_exponents",
    "noise_spectrum",
    "normal_form",
    "phase_response",
    "transfer",
    "two_parameter",
]
