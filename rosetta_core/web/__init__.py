"""Kernels as WebAssembly: the numbers in the reader's page are the package's own, to the last bit."""

from .lower import lower, wasm

__all__ = ["lower", "wasm"]
