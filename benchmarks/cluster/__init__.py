"""Workers that share a port: how evenly, at which cost, and what a second one gains.

    python -m benchmarks.cluster
    python -m benchmarks.cluster --generator h2load

Needs wrk; with Node, its cluster runs in between. Each row is one way to share, with one and with two workers.
"""
