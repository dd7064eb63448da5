"""What AUTO-07p finds for three models, as JSON on standard output; see compare.py for how to run it."""

import json
import os
import sys

import auto  # pyright: ignore[reportMissingImports]

CONSTANTS = {
    "IRS": 0, "ILP": 1, "ISP": 2, "ISW": 1, "NTST": 200, "NCOL": 4, "IAD": 1, "IPLT": 0, "NBC": 0, "NINT": 0,
    "NPR": 100000, "MXBF": 0, "IID": 0, "ITMX": 20, "ITNW": 9, "NWTN": 5, "JAC": 0, "EPSL": 1e-10, "EPSU": 1e-10,
    "EPSS": 1e-8, "DSMIN": 1e-7, "IADS": 1, "NMX": 4000, "THL": {1: 1e-4, 2: 1e-4, 11: 0.0},
}  # fmt: skip
"""THL: a step counts the states; parameters count little, or folds, sharp in them, are located to three digits only."""


def rest(name, n, stop, longest):
    """Equilibria from the start in the .f90 file up to a value of PAR(1)."""
    return auto.run(e=name, IPS=1, ICP=[1], NDIM=n, UZSTOP={1: stop}, DS=longest / 10, DSMAX=longest, **CONSTANTS)


def plane(start, stops, longest):
    """Special points of the curve of a fold or a Hopf point in both parameters, both ways: kind, PAR(1), PAR(2)."""
    found = []
    for way in (1, -1):
        constants = {**CONSTANTS, "ILP": 0, "ISW": 2, "IPS": 1, "ICP": [1, 2], "DSMAX": longest}
        constants |= {"EPSL": 1e-7, "EPSU": 1e-7}  # second derivatives come from differences
        curve = auto.run(start, UZSTOP=stops, DS=way * longest / 10, **constants)
        found += [(each["TY"].strip(), each["PAR(1)"], each["PAR(2)"]) for each in curve()]
    return found


def cycles(start, at, longest, way=1, **more):
    """Periodic orbits from a Hopf point: folds (PAR(1), period), and at values of PAR(1) the periods, in order."""
    constants = {**CONSTANTS, "IPS": 2, "ICP": [1, 11], **more}
    branch = auto.run(start, UZR={1: at}, DS=way * longest / 10, DSMAX=longest, **constants)
    folds = [(each["PAR(1)"], each["PAR(11)"]) for each in of(branch, "LP")]
    near = [(each["PAR(1)"], each["PAR(11)"]) for each in of(branch, "UZ")]
    passed = [(value, period) for found, period in near for value in at if abs(found - value) < 1e-5]
    return folds, passed


def of(labels, kind):
    """Those of one kind among labelled points."""
    return [each for each in labels() if each["TY"].strip() == kind]


def once(points, kind):
    """Different special points of one kind, in rising order."""
    found = []
    for point in sorted(each[1:] for each in points if each[0] == kind):
        if not any(max(abs(a - b) for a, b in zip(point, other)) < 1e-5 for other in found):  # noqa: B905
            found.append(point)
    return found


def jansen_rit():
    line = rest("jansen_rit", 6, 400.0, 0.1)
    lows, hopfs = of(line, "LP"), of(line, "HB")
    found = {f"jr.fold{k}": each["PAR(1)"] for k, each in enumerate(lows)}
    for k, each in enumerate(hopfs):
        found[f"jr.hopf{k}"] = each["PAR(1)"]
        found[f"jr.hopf{k}.frequency"] = 100 / each["PAR(11)"]
    _, alpha = cycles(hopfs[2], [250.0, 150.0, 95.0], 0.2, UZSTOP={1: 90.0})
    found |= {f"jr.alpha.period.{p:.0f}": period / 100 for p, period in alpha}
    folds, spikes = cycles(hopfs[0], [50.0, 125.0], 0.2, NTST=400, UZSTOP={11: 300.0})
    found |= {f"jr.cyclefold{k}": p for k, (p, _) in enumerate(folds)}
    found |= {f"jr.cyclefold{k}.period": period / 100 for k, (_, period) in enumerate(folds)}
    found |= {f"jr.spikes.{k}.period.{p:.0f}": period / 100 for k, (p, period) in enumerate(spikes)}
    points = plane(hopfs[1], {1: [-200.0, 600.0], 2: [5.0, 60.0]}, 0.05)
    for kind, name in (("BT", "bt"), ("GH", "gh")):
        for k, (p, B) in enumerate(once(points, kind)):
            found |= {f"jr.{name}{k}.p": p, f"jr.{name}{k}.B": B}
    return found


def wilson_cowan():
    line = rest("wilson_cowan", 2, 6.0, 0.02)
    (born,) = of(line, "HB")
    found = {f"wc.fold{k}": each["PAR(1)"] for k, each in enumerate(of(line, "LP"))}
    found |= {"wc.hopf": born["PAR(1)"], "wc.hopf.frequency": 100 / born["PAR(11)"]}  # tau is 10 ms
    _, orbits = cycles(born, [0.0, -2.0, -3.0, -3.29], 0.05, UZSTOP={11: 300.0})
    found |= {f"wc.period.{P:.2f}": period / 100 for P, period in orbits}
    stops = {1: [-10.0, 10.0], 2: [-12.0, 2.0]}
    for name, start, kinds in (("fold", of(line, "LP")[0], ("BT", "CP")), ("hopf", born, ("BT", "GH"))):
        points = plane(start, stops, 0.02)
        for kind in kinds:
            for k, (P_E, P_I) in enumerate(once(points, kind)):
                found |= {f"wc.{name}.{kind.lower()}{k}.P_E": P_E, f"wc.{name}.{kind.lower()}{k}.P_I": P_I}
    return found


def mpr():
    line = rest("mpr", 2, 0.0, 0.05)
    found = {f"mpr.fold{k}": each["PAR(1)"] for k, each in enumerate(of(line, "LP"))}
    points = plane(of(line, "LP")[0], {1: [-20.0, 10.0], 2: [0.0, 30.0]}, 0.05)
    for k, (eta, J) in enumerate(once(points, "CP")):
        found |= {f"mpr.cusp{k}.eta_bar": eta, f"mpr.cusp{k}.J": J}
    return found


if __name__ == "__main__":
    # AUTO prints as it goes, and its programs do: keep standard output for the result.
    out = os.dup(1)
    os.dup2(2, 1)
    found = jansen_rit() | wilson_cowan() | mpr()
    sys.stdout.flush()
    os.write(out, (json.dumps(found, indent=1) + "\n").encode())
