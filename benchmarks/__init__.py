"""Benchmarks: the same work done by nodecompat and by its peers, side by side in one run.

`python -m benchmarks` runs all of them, `python -m benchmarks echo http` some. Absolute figures mean little on a shared
machine, so every figure is also given as a ratio to each peer's in the same run.
"""
