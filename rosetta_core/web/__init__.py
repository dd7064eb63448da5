"""Kernels as WebAssembly: the numbers in the reader's page are the package's own, to the last bit."""

from rosetta_core.web.lower import lower, wasm, workspace

__all__ = ["lower", "wasm", "workspace"]
