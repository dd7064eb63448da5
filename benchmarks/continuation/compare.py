"""Bifurcations of three models by AUTO-07p and by `rosetta_core.analysis`, side by side, in comparison.json.

AUTO-07p (Doedel et al.) is a continuation code of its own: Fortran, collocation with 400 or 200 intervals, its own
multipliers. To run it again: build AUTO-07p 0.9.3 (`./configure && make`; the sources come with the package pyfurc on
PyPI, too, under ext/auto-07p), then with a Python without numpy 2, which AUTO's module does not know,

    cd benchmarks/continuation
    export AUTO_DIR=... PATH=$AUTO_DIR/bin:$PATH PYTHONPATH=$AUTO_DIR/python
    python run_auto.py > auto.json

and with this project's Python, `python compare.py auto.json`. tests/test_analysis_auto.py holds the present values of
`rosetta_core` to the recorded ones of AUTO.
"""

import json
import sys
from pathlib import Path
from typing import Any

import rosetta_core as rc

HERE = Path(__file__).parent
CODE = {"name": "AUTO-07p", "version": "0.9.3", "compiler": "gfortran 12.2", "source": "pyfurc 0.2.4, ext/auto-07p"}
JR_PLANE, WC_PLANE, MPR_PLANE = ("p", "B"), ("P_E", "P_I"), ("eta_bar", "J")
MODELS = {"jr": "jansen_rit", "wc": "wilson_cowan", "mpr": "mpr"}

# What AUTO leaves, from its own tolerances. It stops locating a point when its step along the curve is below EPSS =
# 1e-8, in which a parameter counts a hundredth (the root of THL): 1e-6 of its unit. Criticality takes third
# derivatives, from differences: five digits. Periods and frequencies have the error of the parameter at which they are.
LOCATED, CRITICAL, IN_TIME = 1e-6, 1e-5, 1e-7
KINDS = (
    ("period", "period of a cycle", "s"), ("frequency", "frequency at a Hopf point", "Hz"),
    ("cyclefold", "fold of cycles", ""), ("fold.bt", "Bogdanov-Takens point, on folds", ""),
    ("hopf.bt", "Bogdanov-Takens point, on Hopf points", ""), ("bt", "Bogdanov-Takens point", ""),
    ("gh", "generalised Hopf point", ""), ("cp", "cusp", ""), ("cusp", "cusp", ""),
    ("fold", "fold of equilibria", ""), ("hopf", "Hopf point", ""),
)  # fmt: skip
"""Part of an id, what it is, and its unit, unless that of the varied quantity."""
VARIED = {"jr": "p", "wc": "P_E", "mpr": "eta_bar"}


def row(name: str, auto: float, here: float) -> dict[str, Any]:
    """One line of comparison.json."""
    short, last = name.split(".")[0], name.split(".")[-1]
    model = getattr(rc, MODELS[short])
    what, unit = next((what, unit) for part, what, unit in KINDS if part in name)
    allowed = CRITICAL * abs(auto) if what.startswith("generalised") else LOCATED
    quantity = last if last in ("p", "B", "P_E", "P_I", "eta_bar", "J") else VARIED[short]
    if unit:
        allowed, quantity = IN_TIME * abs(auto), what.split()[0]
    unit = unit or model.quantity(quantity).unit
    return {
        "id": name, "model": MODELS[short], "what": what, "quantity": quantity, "unit": unit, "auto": auto,
        "rosetta_core": here, "allowed": allowed,
    }  # fmt: skip


def ours() -> dict[str, float]:
    """The same quantities by `rosetta_core`, by the names that run_auto.py gives them."""
    return _jansen_rit() | _wilson_cowan() | _mpr()


def _of(found: Any, kind: str) -> list[Any]:
    return [event for event in found.events if event.kind == kind]


def _in_plane(found: Any, kind: str, prefix: str, names: tuple[str, str]) -> dict[str, float]:
    points = sorted(tuple(map(float, event.values)) for event in _of(found, kind))
    rows = [dict(zip(names, point, strict=True)) for point in points]
    return {f"{prefix}{k}.{name}": value for k, each in enumerate(rows) for name, value in each.items()}


def _jansen_rit() -> dict[str, float]:
    line = rc.continuation(rc.jansen_rit, "p", (-100.0, 400.0))
    hopfs = _of(line, "hopf")
    found = {f"jr.fold{k}": event.value for k, event in enumerate(_of(line, "fold"))}
    for k, event in enumerate(hopfs):
        found |= {f"jr.hopf{k}": event.value, f"jr.hopf{k}.frequency": event.frequency}
    alpha = rc.cycles(rc.jansen_rit, hopfs[2], "p", (95.0, 400.0))
    for p in (250.0, 150.0, 95.0):
        found[f"jr.alpha.period.{p:.0f}"] = alpha.at(p)[0].period
    spikes = rc.cycles(rc.jansen_rit, hopfs[0], "p", (-100.0, 400.0), longest=4.0)
    for k, event in enumerate(spikes.events):
        found |= {f"jr.cyclefold{k}": event.value, f"jr.cyclefold{k}.period": event.period}
    orbits = [(p, cycle.period) for p in (50.0, 125.0) for cycle in spikes.at(p)]
    found |= {f"jr.spikes.{k}.period.{p:.0f}": period for k, (p, period) in enumerate(orbits)}
    curve = rc.two_parameter(rc.jansen_rit, hopfs[1], JR_PLANE, ((-200.0, 600.0), (5.0, 60.0)))
    found |= _in_plane(curve, "bogdanov-takens", "jr.bt", JR_PLANE)
    return found | _in_plane(curve, "generalised hopf", "jr.gh", JR_PLANE)


def _wilson_cowan() -> dict[str, float]:
    line = rc.continuation(rc.wilson_cowan, "P_E", (-6.0, 6.0))
    (born,) = _of(line, "hopf")
    found = {f"wc.fold{k}": event.value for k, event in enumerate(_of(line, "fold"))}
    found |= {"wc.hopf": born.value, "wc.hopf.frequency": born.frequency}
    orbits = rc.cycles(rc.wilson_cowan, born, "P_E", (-6.0, 6.0), longest=20.0)
    for P in (0.0, -2.0, -3.0, -3.29):
        found[f"wc.period.{P:.2f}"] = orbits.at(P)[0].period
    spans = ((-10.0, 10.0), (-12.0, 2.0))
    curve = rc.two_parameter(rc.wilson_cowan, _of(line, "fold")[0], WC_PLANE, spans)
    found |= _in_plane(curve, "bogdanov-takens", "wc.fold.bt", WC_PLANE)
    found |= _in_plane(curve, "cusp", "wc.fold.cp", WC_PLANE)
    curve = rc.two_parameter(rc.wilson_cowan, born, WC_PLANE, spans)
    found |= _in_plane(curve, "bogdanov-takens", "wc.hopf.bt", WC_PLANE)
    return found | _in_plane(curve, "generalised hopf", "wc.hopf.gh", WC_PLANE)


def _mpr() -> dict[str, float]:
    p = {"tau": 1.0}
    line = rc.continuation(rc.mpr, "eta_bar", (-12.0, 0.0), p=p)
    found = {f"mpr.fold{k}": event.value for k, event in enumerate(_of(line, "fold"))}
    curve = rc.two_parameter(rc.mpr, _of(line, "fold")[0], MPR_PLANE, ((-20.0, 10.0), (0.0, 30.0)), p=p)
    return found | _in_plane(curve, "cusp", "mpr.cusp", MPR_PLANE)


if __name__ == "__main__":
    auto, here = json.loads(Path(sys.argv[1]).read_text()), ours()
    if auto.keys() != here.keys():
        raise SystemExit(f"found by one code only: {sorted(auto.keys() ^ here.keys())}")
    table = {"code": CODE, "values": [row(name, value, here[name]) for name, value in auto.items()]}
    (HERE / "comparison.json").write_text(json.dumps(table, indent=1) + "\n")
