"""Measures the product against the goals of docs/performance.md: ``python -m benchmarks [G1 G3 ...]``."""
