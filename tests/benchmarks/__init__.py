"""Figures beside peers, measured in the same run: python -m tests.benchmarks (make bench)."""
