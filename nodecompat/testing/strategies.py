"""Hypothesis strategies of faults: what a property test lets happen to a simulated network. Needs Hypothesis.

    @given(script=strategies.faults(["web.example", "db.example"], within=2000))
    def testNothingIsLost(script):
        with Network() as network:
            ...
            network.replay(script)

Hypothesis shrinks a script that fails to fewer and gentler faults.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from .faults import Step

#: Faults that a connection survives.
GENTLE = ("link", "partition", "slow", "names", "jumpClock")
#: Faults that end connections, or keep them from being made.
ROUGH = ("reset", "halfClose", "refuse", "exhaust")


def faults(
    hosts: Sequence[str], within: float, kinds: Sequence[str] = GENTLE + ROUGH, maximum: int = 5
) -> st.SearchStrategy[list[Step]]:
    """Scripts for `network.replay`.

    Args:
        hosts: names of hosts, at least two.
        within: milliseconds: each fault begins before.
        kinds: names of faults: `GENTLE`, `ROUGH`, or some of them.
        maximum: how many faults there are at most.
    """
    pairs = st.permutations(list(hosts)).map(lambda names: list(names[:2]))
    times = st.integers(0, int(within)).map(float)
    return st.lists(st.one_of([_fault(kind, times, pairs) for kind in kinds]), max_size=maximum)


def _fault(kind: str, times: Any, pairs: Any) -> Any:
    some = pairs.map(lambda pair: pair[:1])
    arguments, options = {
        "link": (pairs, conditions()),
        "partition": (
            pairs,
            st.fixed_dictionaries({"duration": st.integers(1, 5000)}, optional={"oneWay": st.just(True)}),
        ),
        "slow": (st.tuples(some, st.integers(1, 100)).map(lambda both: [*both[0], both[1]]), st.just({})),
        "names": (some, st.fixed_dictionaries({"delay": st.integers(0, 5000)})),
        "jumpClock": (
            st.tuples(some, st.integers(-86_400_000, 86_400_000)).map(lambda both: [*both[0], both[1]]),
            st.just({}),
        ),
        "reset": (pairs, st.just({})),
        "halfClose": (pairs, st.just({})),
        "refuse": (some, st.just({})),
        "exhaust": (st.tuples(some, st.integers(0, 3)).map(lambda both: [*both[0], both[1]]), st.just({})),
    }[kind]
    return st.tuples(times, st.just(kind), arguments, options)


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    """Conditions of a link, for `network.link(**conditions)`."""
    return st.fixed_dictionaries(
        {},
        optional={
            "latency": st.integers(0, 500),
            "jitter": st.integers(0, 100),
            "bandwidth": st.integers(1, 1000),
            "segment": st.integers(1, 2000),
            "cuts": st.integers(0, 5),
            "loss": st.sampled_from([0.0, 0.01, 0.1]),
            "capacity": st.integers(1, 64 * 1024),
        },
    )
