"""Compilation of kernels: numba with a disk cache that hits in a second process and is never stale.

Numba's own ``cache=True`` misses closures and functions passed as arguments, and keeps an old result when a
kernel in another file changes. Here the cache key is a digest of the kernel's source, of the values it closes
over and of every kernel it calls. It also gives each (digest, signature) files of its own: numba numbers
the data files inside one index per function, so two processes that compile two models at once could exchange them.

The digest is in the compiled function's name, too. Numba tells closures of one factory apart by a counter that starts
anew in every process, and the linker takes the first function of a name: code stored by two processes and loaded by a
third would call each other's parts.
"""

import contextlib
import functools
import hashlib
import inspect
import types
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba import njit
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.dispatcher import Dispatcher
from numba.extending import _Intrinsic  # pyright: ignore[reportPrivateImportUsage]

OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True}
_SCHEME = 3  # raise it when a change in this file makes stored code unusable
_TRANSPARENT_MODULES = ("numpy", "math")


def digest(function: Callable[..., Any]) -> str:
    """Digest (hex) of a kernel: its source, its constants and all that it calls, followed to the end."""
    seen: dict[int, None] = {}
    total = hashlib.sha256(f"{numba.__version__} {_SCHEME}".encode())
    _collect(function, seen, total)
    return total.hexdigest()


@functools.cache
def _source(code: types.CodeType) -> str:
    """Source of a function, or its bytecode and constants where it was typed at a prompt or made from a string."""
    try:
        return inspect.getsource(code)
    except OSError:
        constants = [_source(c) if isinstance(c, types.CodeType) else repr(c) for c in code.co_consts]
        return f"{code.co_code.hex()} {constants} {code.co_names}"


def _collect(function: Callable[..., Any], seen: dict[int, None], total: Any) -> None:
    if id(function) in seen:
        return
    seen[id(function)] = None
    # Stored code names the module it came from, so the same source in two modules must not share it.
    total.update(f"{function.__module__}\n{_source(function.__code__)}".encode())
    names = inspect.getclosurevars(function)
    for name, value in sorted({**names.globals, **names.nonlocals}.items()):
        total.update(name.encode())
        if isinstance(value, Dispatcher):
            _collect(value.py_func, seen, total)
        elif isinstance(value, _Intrinsic):
            _collect(value._defn, seen, total)
        elif isinstance(value, types.FunctionType):
            # A plain function inside a kernel is one that its module overloads for numba, or builds kernels with.
            total.update(inspect.getsource(inspect.getmodule(value) or value).encode())
        elif isinstance(value, types.ModuleType):
            if value.__name__.split(".")[0] not in (*_TRANSPARENT_MODULES, "numba", "llvmlite"):
                raise TypeError(
                    f"kernel {function.__qualname__!r} calls through the module {value.__name__!r}, so the cache "
                    "could not see when that code changes; import the function itself by name"
                )
        elif isinstance(value, np.ndarray):
            total.update(value.tobytes())
        else:
            total.update(repr(value).encode())


class SourceKeyedCache(FunctionCache):
    """Numba's disk cache with files of their own for each (digest of the kernel, signature)."""

    @functools.cached_property
    def _digest(self) -> str:
        return digest(self._py_func)

    def _own_files(self, sig: Any) -> IndexDataCacheFile:
        key = hashlib.sha256(f"{self._digest} {sig}".encode()).hexdigest()[:24]
        name = f"{self._py_func.__name__}-{key}"
        return IndexDataCacheFile(self._cache_path, name, source_stamp=self._digest)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        self._cache_file = self._own_files(sig)
        return super().load_overload(sig, target_context)

    def save_overload(self, sig: Any, data: Any) -> None:
        self._cache_file = self._own_files(sig)
        super().save_overload(sig, data)

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        return sig, codegen.magic_tuple()


def _compiled(function: Callable[..., Any], **options: Any) -> Any:
    mark = f"-{digest(function)[:24]}"
    function.__qualname__ = function.__qualname__.removesuffix(mark) + mark
    return njit(**OPTIONS, **options)(function)


def inner(function: Callable[..., Any]) -> Any:
    """Compile a part of a kernel that is only called from other kernels: always inlined, without a cache of its own."""
    return _compiled(function, forceinline=True)


def inlined(compiled: Any) -> Any:
    """The same kernel as a part of another one, whose loop then stays free of calls."""
    return inner(python_function(compiled))


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a pure function on floats and tuples of floats; its machine code is cached on disk.

    The function may call other kernels and what numba knows of numpy; it must not allocate or raise. With
    ``NUMBA_DISABLE_JIT=1`` it is returned as it is, for coverage.
    """
    compiled = _compiled(function)
    if isinstance(compiled, Dispatcher):
        with contextlib.suppress(RuntimeError):  # no file to stand beside: every process compiles for itself
            compiled._cache = SourceKeyedCache(function)  # pyright: ignore[reportAttributeAccessIssue]
    return compiled


def python_function(compiled: Any) -> Callable[..., Any]:
    """The Python function behind a kernel (the kernel itself when compilation is switched off)."""
    return getattr(compiled, "py_func", compiled)
