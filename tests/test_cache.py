"""The disk cache hits in a second process, sees a change in a helper in another file, and keeps models apart."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HELPER = """
from rosetta_core import kernel

@kernel
def push(x):
    return {factor} * x
"""
MODEL = """
from rosetta_core import Model, Quantity, kernel
from helper import push

@kernel
def rhs(t, x, p, u):
    (a,) = x
    return (-push(a) + p[0] + u[0],)

@kernel
def emit(x, p):
    return x

q = lambda n: Quantity(n, 0.0, "1", -1.0, 1.0, n)
model = Model("leak", "Leak", rhs, emit, (q("a"),), (q("b"),), (q("c"),), "10.1000/test")
"""
RUN = """
import model, rosetta_core as rc
from rosetta_core.runge_kutta import TABLEAUX, Layout, identity, integrator
print(rc.simulate(model.model, 1.0, 0.001, x0=[1.0]).x[-1, 0])
run = integrator(model.rhs, TABLEAUX["rk4"], Layout(1, 1, 1), identity, 0)
print(sum(run.stats.cache_hits.values()), sum(run.stats.cache_misses.values()))
"""


@pytest.fixture
def run(tmp_path):
    """Run the small model in a new process with a cache of its own; returns (end state, hits, misses)."""

    def go() -> tuple[float, int, int]:
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", RUN], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        end, hits, misses = done.stdout.split()
        return float(end), int(hits), int(misses)

    (tmp_path / "model.py").write_text(MODEL)
    return go


def test_second_process_hits_and_an_edited_helper_is_seen(run, tmp_path: Path):
    helper = tmp_path / "helper.py"
    helper.write_text(HELPER.format(factor=1.0))
    first, hits, misses = run()
    assert (hits, misses) == (0, 1)
    again, hits, misses = run()
    assert (hits, misses) == (1, 0) and again == first
    # exp(-1) after one second, up to RK4's local error 1e-15/120 a step and rounding.
    assert first == pytest.approx(0.36787944117144233, rel=1e-12)
    helper.write_text(HELPER.format(factor=2.0))
    changed, hits, misses = run()
    assert (hits, misses) == (0, 1)
    assert changed == pytest.approx(0.1353352832366127, rel=1e-12)
    # Back to the first text: its compiled code is still there.
    helper.write_text(HELPER.format(factor=1.0))
    assert run() == (first, 1, 0)


def test_digest_follows_constants_and_callees():
    from rosetta_core import bautin, damped
    from rosetta_core._jit import digest
    from rosetta_core.runge_kutta import TABLEAUX, Layout, integrator

    def of(model, method, driven, targets):
        sizes = len(model.state), len(model.params), len(model.inputs)
        layout = Layout(*sizes, "one", driven, targets)
        return digest(integrator(model.rhs, TABLEAUX[method], layout).py_func)

    variants = {
        of(model, method, driven, targets)
        for model in (bautin, damped)
        for method in TABLEAUX
        for driven in ("", "shared", "each")
        for targets in ((), (0,), (0, 1))
    }
    assert len(variants) == 2 * len(TABLEAUX) * 9


APART = """
import sys, rosetta_core as rc
drive, noise = {"u": {"u_re": rc.sinusoid(0.3, 1.2)}}, {"sigma": 0.2}
kinds = {"driven": drive, "noisy": noise, "both": drive | noise}
for name in sys.argv[1:]:
    print(rc.simulate(rc.bautin, 0.5, 0.01, seed=4, **kinds[name]).x.tobytes().hex())
"""


def test_code_stored_by_several_processes_does_not_mix_in_another(tmp_path: Path):
    """The linker knows functions by name only, and numba's own names for closures repeat from process to process."""

    def bits(*kinds: str) -> list[str]:
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
        done = subprocess.run([sys.executable, "-c", APART, *kinds], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{' and '.join(kinds)}: exit {done.returncode}, {done.stderr[-500:]}"
        return done.stdout.split()

    driven, noisy, both = (bits(kind)[0] for kind in ("driven", "noisy", "both"))
    assert bits("driven", "noisy", "both") == [driven, noisy, both]
    assert bits("both", "noisy", "driven") == [both, noisy, driven]


FROM_A_STRING = '''
exec("""
import rosetta_core as rc
@rc.kernel
def rhs(t, x, p, u): return (-p[0] * x[0] + u[0],)
@rc.kernel
def emit(x, p): return x
q = lambda n: rc.Quantity(n, 1.0, "1", 0.0, 2.0, n)
leak = rc.Model("leak", "Leak", rhs, emit, (q("a"),), (q("b"),), (q("c"),), "10.1000/test")
print(rc.simulate(leak, 1, 0.01, u={"c": 0.0}).x[-1, 0])
""")
'''


def test_a_kernel_without_a_source_file_runs_too():
    done = subprocess.run([sys.executable, "-c", FROM_A_STRING], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # RK4's error over one second: 100 steps of (0.01)^5/120.
    assert float(done.stdout) == pytest.approx(0.36787944117144233, abs=1e-10)
