"""Axivity's CWA: its blocks, decoded by compiled kernels."""
