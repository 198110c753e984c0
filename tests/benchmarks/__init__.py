"""The speed limits, measured: `python -m tests.benchmarks` prints ratios of commands timed in one run."""
