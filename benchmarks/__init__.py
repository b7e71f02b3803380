"""Benchmarks: each prints a table; run one as `python -m benchmarks.bench_NAME`."""
