"""Kernels as WebAssembly: the numbers in the reader's page are those of `simulate(..., fused=False)`, bit for bit."""

from rosetta_core.web.lower import lower, wasm, workspace
from rosetta_core.web.lower_network import lower_network, network_sizes, network_wasm

__all__ = ["lower", "lower_network", "network_sizes", "network_wasm", "wasm", "workspace"]
