"""Kernels as WebAssembly: the numbers in the reader's page are those of `simulate(..., fused=False)`, bit for bit."""

from rosetta_core.web.lower import lower, wasm, workspace

__all__ = ["lower", "wasm", "workspace"]
