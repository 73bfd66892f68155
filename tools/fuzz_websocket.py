"""A differential fuzzer of WebSockets: random frames of a raw peer, read by Node and by nodecompat, in both roles.

The server is npm's `ws` beside WebSocketServer, the client Node's WebSocket beside ours. What counts is what each tells
its program, in order, and the frames that it sends.

    python tools/fuzz_websocket.py [--seed N] [--count N]      (a difference is printed with its seed)
"""

from __future__ import annotations

import argparse
import pathlib
import random
import sys
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import websocketcases as cases  # noqa: E402
from websocketplay import PLAYERS  # noqa: E402

FIRST = [cases.TEXT, cases.BINARY, cases.BEGIN, cases.BEGIN_BINARY, cases.MIDDLE, cases.LAST, cases.PING, cases.PONG]
PAYLOADS = [b"", b"x", b"hello", "µ".encode(), "µ".encode()[:1], "µ".encode()[1:], b"\xff", b"\xed\xa0\x80", b"a" * 125]
CODES = [1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 2999, 3000, 4999, 5000, 0]
#: Cases that are played at once.
BATCH = 50


def frameOf(chance: random.Random) -> tuple[Any, ...]:
    """A frame: mostly a right one."""
    kind = chance.random()
    if kind < 0.06:
        return cases.closing(chance.choice(CODES), chance.choice(PAYLOADS[:8]))
    if kind < 0.09:
        return (cases.CLOSE, chance.choice([b"", b"a", b"\x03\xe8" + b"x" * 124]))
    if kind < 0.13:
        return (chance.randrange(256), chance.choice(PAYLOADS))
    if kind < 0.16:
        return (chance.choice(FIRST), b"y" * chance.choice([126, 127, 200, 65_535, 65_536]))
    if kind < 0.17:
        return (chance.choice(FIRST), b"", chance.choice([2**53, 2**63, 2**64 - 1]))
    return (chance.choice(FIRST), chance.choice(PAYLOADS))


def caseOf(seed: int) -> cases.Case:
    """The frames of a seed. Fragments mostly follow their beginning."""
    chance = random.Random(seed)
    made: cases.Case = [chance.choice([1, 2, 5, 50])] if chance.random() < 0.2 else []
    isWithin = False
    for _ in range(chance.randint(1, 8)):
        one = frameOf(chance)
        if one[0] in FIRST[:6] and chance.random() < 0.85:
            wanted = FIRST[4:6] if isWithin else FIRST[:4]
            one = (chance.choice(wanted), *one[1:])
            isWithin = not one[0] & 0x80
        isSliced = isinstance(made[0], int) if made else False
        made.append((one[0], one[1][:300], *one[2:]) if isSliced else one)  # each slice takes a turn of the loop
    return made


def isSame(ours: Any, theirs: Any, role: str) -> bool:
    """Whether both did the same, but for what docs/departures.md says of text that is not UTF-8."""
    if cases.isSame(ours, theirs, role):
        return True
    # Of several faults in one frame Node's client names another one.
    faults = [each for each in (ours, theirs) if each is not None and role == "client" and isFaulty(each)]
    return (len(faults) == 2 and cases.isSame(withoutReason(ours), withoutReason(theirs), role)) or isBadText(ours)


def isFaulty(answer: Any) -> bool:
    return any(each[0] == "error" for each in answer["events"])


def isBadText(answer: Any) -> bool:
    return any(first == cases.CLOSE and payload[:4] == "03ef" for first, payload in answer["sent"])


def withoutReason(answer: Any) -> Any:
    sent = [[first, payload[:4] if first == cases.CLOSE else payload] for first, payload in answer["sent"]]
    return {**answer, "sent": sent}


async def fuzz(seeds: range) -> int:
    """Play the seeds; returns how many differ."""
    different = 0
    for start in range(seeds.start, seeds.stop, BATCH):
        cases.CASES.clear()
        cases.CASES.update({str(seed): caseOf(seed) for seed in range(start, min(start + BATCH, seeds.stop))})
        names = list(cases.CASES)
        theirs = cases.record(names)
        for role, play in PLAYERS.items():
            found = await gatherResults([Deferred.fromCoroutine(play(name)) for name in names])
            for name, ours in zip(names, found, strict=True):
                if not isSame(ours, theirs[name][role], role):
                    different += 1
                    print(f"seed {name}, {role}: {cases.CASES[name]}\n  ours   {ours}\n  Node's {theirs[name][role]}")
    return different


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.count)
    done = Deferred.fromCoroutine(fuzz(seeds))
    done.addCallback(lambda different: print(f"{options.count} seeds, {different} differences"))
    done.addErrback(lambda failure: print(failure))
    done.addBoth(lambda _: reactor.stop())  # type: ignore[attr-defined]
    reactor.run()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
