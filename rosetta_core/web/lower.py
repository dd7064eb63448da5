"""Lower a model's integrator and vector field to one small WebAssembly module.

numba compiles the kernel with pointer arguments; its LLVM IR is pointed at wasm32, everything but the entry is made
internal so that LLVM's O3 passes drop the CPython wrappers, and `wasm-ld` links the objects. The module imports its
memory and nothing else.

Exports (all pointers are byte offsets; numbers are little-endian float64 unless said):

- `integrate(r0, r1, x, p, u, waves, samples, n_samples: i32, sigma, t0, dt, first: i32, steps: i32, every: i32, seed,
  keys, seeds, streams, noise, eta, D, F, line, n_state: i32, n_inputs: i32, n_D: i32, out)`, one node of
  `rosetta_core.runge_kutta.integrator`, RK4 unless another method is named. x (n_state) is read and left at the end
  state; waves (n_inputs * 6) are the rows of `rosetta_core.drive`; keys to line are work space of the sizes
  `workspace(model)`, in numbers of 8 bytes, n_D the size of D; out receives steps // every rows of n_state.
- `field(r0, r1, points, n: i32, p, u, out)`: the right-hand side at n points (rows of n_state).
- `__heap_base`: the first byte that the caller may use.

r0 (16 bytes: steps done and node, as i64) and r1 (8 bytes) are where numba's calling convention returns its results.
"""

import hashlib
import importlib.util
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from numba import cfunc, config, types
from numba.np.numpy_support import carray

from rosetta_core._jit import digest, inner, python_function
from rosetta_core._tuples import load, store
from rosetta_core.drive import ROW
from rosetta_core.model import Model
from rosetta_core.noise import NOISE_ROW, line_length
from rosetta_core.runge_kutta import TABLEAUX, Layout, integrator

TRIPLE = "wasm32-unknown-unknown"
LAYOUT = "e-m:e-p:32:32-p10:8:8-p20:8:8-i64:64-i128:128-n32:64-S128-ni:1:10:20"
LIMIT = 20_000


@cache
def wasm(model: Model, method: str = "rk4") -> bytes:
    """The module of a model, from a file beside the package's compiled kernels if its source has not changed."""
    return kept(model.name, method, (_integrate(model, method), _field(model)), lambda: lower(model, method))


def kept(name: str, what: str, entries: tuple[Any, ...], make: Callable[[], bytes]) -> bytes:
    """The module with these entries: kept from an earlier time, or made and kept; `what` tells variants apart."""
    key = hashlib.sha256(Path(__file__).read_bytes() + what.encode())
    for entry in entries:
        key.update(digest(python_function(entry)).encode())
    folder = Path(__file__).parent / "__pycache__"
    kept = folder / f"{name}-{key.hexdigest()[:24]}.wasm"
    if kept.exists():
        return kept.read_bytes()
    module = make()
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(module)
        Path(file.name).replace(kept)
    except OSError:
        pass  # a package folder that cannot be written to costs a second at the next start, nothing else
    return module


def lower(model: Model, method: str = "rk4") -> bytes:
    """Lower a model to a WebAssembly module of at most 20 kB; raises ModuleNotFoundError without a linker.

    method: "euler", "heun" or "rk4".
    """
    C, W, i4, f8 = types.CPointer(types.float64), types.CPointer(types.int64), types.int32, types.float64
    integrate_types = types.UniTuple(types.int64, 2)(
        C, C, C, C, C, i4, C, f8, f8, i4, i4, i4, f8, W, W, W, C, C, C, C, C, i4, i4, i4, C
    )  # fmt: skip
    field_types = types.void(C, i4, C, C, C)
    entries = {
        "integrate": (integrate_types, _integrate(model, method)),
        "field": (field_types, _field(model)),
    }
    return linked(f"the module of {model.name!r}", entries, LIMIT)


def linked(name: str, entries: dict[str, tuple[Any, Any]], limit: int) -> bytes:
    """One module with these entries (signature, function) as exports; ValueError beyond `limit` bytes."""
    if importlib.util.find_spec("ziglang") is None:
        raise ModuleNotFoundError(
            "lowering a model to WebAssembly needs the linker wasm-ld, which the package 'ziglang' carries; "
            "install it with: pip install 'rosetta-core[views]'",
            name="ziglang",
        )
    with tempfile.TemporaryDirectory() as folder:
        objects = [Path(folder) / f"{entry}.o" for entry in entries]
        for place, (entry, (signature, function)) in zip(objects, entries.items(), strict=True):
            place.write_bytes(_object(entry, signature, function))
        out = Path(folder) / "model.wasm"
        subprocess.run(
            [sys.executable, "-m", "ziglang", "wasm-ld", "--no-entry", *(f"--export={entry}" for entry in entries),
             "--export=__heap_base", "--import-memory", "--strip-all", "-o", out, *objects],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        module = out.read_bytes()
    if len(module) > limit:
        raise ValueError(f"{name} has {len(module)} bytes; at most {limit} are allowed")
    return module


def workspace(model: Model) -> tuple[int, ...]:
    """Sizes of the work space that `integrate` wants, in numbers of 8 bytes; enough for every method."""
    n_state, moments = len(model.state), len(TABLEAUX["rk4"].moments)
    return n_state, 1, 1, NOISE_ROW * n_state, n_state, moments * len(model.inputs), n_state, 2 * line_length(1)


def page_layout(model: Model) -> Layout:
    """What the integrator of the page is made for: any drive, and noise on every state."""
    n_state = len(model.state)
    return Layout(n_state, len(model.params), len(model.inputs), "float", "each", tuple(range(n_state)))


def _integrate(model: Model, method: str) -> Any:
    n_state, n_params, n_inputs = len(model.state), len(model.params), len(model.inputs)
    run = integrator(model.rhs, TABLEAUX[method], page_layout(model))
    _, _, _, n_noise, _, _, n_F, n_line = workspace(model)

    @inner
    def integrate(x, p, u, waves, samples, n_samples, sigma, t0, dt, first, steps, every, seed,
                  keys, seeds, streams, noise, eta, D, F, line, states, inputs, n_D, out):  # fmt: skip
        keys, seeds, streams = carray(keys, (states,)), carray(seeds, (1,)), carray(streams, (1,))
        noise, eta, strength = carray(noise, (n_noise, 1)), carray(eta, (n_state, 1)), carray(sigma, (n_state,))
        for i in range(states):
            noise[NOISE_ROW * i, 0] = strength[i] / np.sqrt(dt)
            noise[NOISE_ROW * i + 1, 0] = 0.0
            noise[NOISE_ROW * i + 2, 0] = 0.0
            eta[i, 0] = 0.0
            keys[i] = i
        seeds[0], streams[0] = np.int64(seed), 0
        return run(
            carray(x, (n_state, 1)), carray(p, (n_params, 1)), carray(u, (n_inputs, 1)),
            carray(waves, (ROW * inputs, 1)), carray(samples, (n_samples,)), noise, keys, eta, seeds, streams, t0, dt,
            first, steps, every, carray(D, (n_D, 1)), carray(F, (n_F, 1)), carray(line, (2, n_line // 2)),
            carray(out, (steps // every * n_state, 1)),
        )  # fmt: skip

    return integrate


def _field(model: Model) -> Any:
    rhs, n_state, n_params, n_inputs = model.rhs, len(model.state), len(model.params), len(model.inputs)

    @inner
    def field(points, n, p, u, out):
        at, slopes = carray(points, (n, n_state)).T, carray(out, (n, n_state)).T
        params = load(carray(p, (n_params, 1)), 0, 0, n_params)
        inputs = load(carray(u, (n_inputs, 1)), 0, 0, n_inputs)
        for i in range(n):
            store(slopes, 0, i, rhs(0.0, load(at, 0, i, n_state), params, inputs))

    return field


def _object(name: str, signature: Any, function: Any) -> bytes:
    """A wasm32 object file with the one function `name`."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    settings: Any = config
    usual = settings.LOOP_VECTORIZE, settings.OPT
    # The page's processor has no vectors, and taking them and unrolled loops apart again makes large code.
    settings.LOOP_VECTORIZE, settings.OPT = 0, type(settings.OPT)(1)
    try:
        entry = cfunc(signature, error_model="numpy")(function.py_func)
    finally:
        settings.LOOP_VECTORIZE, settings.OPT = usual
    text = entry.inspect_llvm()
    text = re.sub(r'target datalayout = ".*"', f'target datalayout = "{LAYOUT}"', text)
    text = re.sub(r'target triple = ".*"', f'target triple = "{TRIPLE}"', text)
    module = llvm.parse_assembly(text)
    body = module.get_function(entry.native_name.removeprefix("cfunc."))
    for item in [*module.functions, *module.global_variables]:
        if not item.is_declaration and item.name != body.name:
            item.linkage = "internal"
    body.name = name
    machine = llvm.Target.from_triple(TRIPLE).create_target_machine(opt=3)
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_unrolling = options.loop_vectorization = False  # a page is loaded more often than a run is long
    passes = llvm.create_pass_builder(machine, options)
    passes.getModulePassManager().run(module, passes)
    return machine.emit_object(module)
