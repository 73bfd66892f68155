"""The corpus of hostile requests against the server: what Node 26 does, apart from the departures written down."""

from __future__ import annotations

import copy
import os
import pathlib
import re
import subprocess
import sys
from typing import Any

import hostile
import pytest

CASES = hostile.load("http1.jsonl")


def withoutRequest(node: dict[str, Any]) -> None:
    # The body's framing is invalid: no handler must act on such a request.
    node["requests"] = []


def withSecondRequest(method: str, url: str, host: str) -> Any:
    # Node drops what follows a refused upgrade in the same segment, and reads it in a later one.
    def change(node: dict[str, Any]) -> None:
        node["statuses"] = [200, 200]
        second = dict(node["requests"][0], method=method, url=url, raw=["Host", host], headers={"host": host}, body="")
        node["requests"].append(second)

    return change


def withProto(node: dict[str, Any]) -> None:
    headers = node["requests"][0]["headers"]
    headers["__proto__"] = "a, d"


def withoutSecondRequest(node: dict[str, Any]) -> None:
    del node["requests"][1:]


def refusedVersion(size: int) -> Any:
    def change(node: dict[str, Any]) -> None:
        reason = "Invalid HTTP version"
        node["statuses"], node["requests"] = [400], []
        node["error"] = {
            "code": "HPE_INVALID_VERSION",
            "message": f"Parse Error: {reason}",
            "reason": reason,
            "bytesParsed": size,
            "rawPacket": size,
        }

    return change


def closingAfterChunked10(node: dict[str, Any]) -> None:
    withoutSecondRequest(node)
    reason = "Data after `Connection: close`"
    node["statuses"], node["closed_by"] = [400], "server"
    node["error"] = {
        "code": "HPE_CLOSED_CONNECTION",
        "message": f"Parse Error: {reason}",
        "reason": reason,
        "bytesParsed": 85,
        "rawPacket": 119,
    }


#: docs/departures.md has each of these.
DEPARTURES: dict[str, Any] = {
    "bin-rtsp": refusedVersion(41),
    "hd-proto": withProto,
    "re-destroy": withoutSecondRequest,
    "rl-noversion": refusedVersion(18),
    "rl-v20": refusedVersion(27),
    "te-10": closingAfterChunked10,
    "te-identity": withoutRequest,
    "te-unknown": withoutRequest,
    "te-xchunked": withoutRequest,
    "up-body-nolistener": withSecondRequest("GET", "/smuggled", "b"),
    "up-nolistener": withSecondRequest("GET", "/2", "a"),
}


def expected(name: str) -> dict[str, Any]:
    node: dict[str, Any] = copy.deepcopy(CASES[name]["node26"])
    if name in DEPARTURES:
        DEPARTURES[name](node)
    return node


@pytest.mark.parametrize("name", CASES)
def testCase(name: str) -> None:
    assert hostile.play(CASES[name]) == expected(name)


@pytest.mark.parametrize("size", [1, 7])
@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("to-")])
def testSegmentsDoNotMatter(name: str, size: int) -> None:
    """The same bytes in other segments: the same requests, the same answers."""
    data = b"".join(map(hostile.toBytes, CASES[name]["send"]))
    if len(data) > 4000:
        size *= 1000
    case = {**CASES[name], "send": [data[at : at + size].decode("latin-1") for at in range(0, len(data), size)]}
    _, outcome = hostile.exchange({**case, "gap_ms": 0}, False)
    wanted = expected(name)
    # What came before the fault may be answered by now, and the connection be closed before the bytes behind it.
    if name not in ("cn-close-pipeline", "te-10"):
        assert [outcome["statuses"][-1:], outcome["after_fin"]] == [wanted["statuses"][-1:], wanted["after_fin"]]
    tunnel = {"up-listener", "up-body-listener", "co-listener"}
    if name not in tunnel and not name.startswith(("up-", "co-")):
        assert [each["url"] for each in outcome["requests"]] == [each["url"] for each in wanted["requests"]]
        assert [each["body"] for each in outcome["requests"]] == [each["body"] for each in wanted["requests"]]


REFUSED = [name for name, case in CASES.items() if (case["node26"]["statuses"] or [0])[-1] >= 400]


@pytest.mark.parametrize("name", REFUSED)
def testRefusalsCarryNoByteOfThePeer(name: str) -> None:
    _, outcome = hostile.exchange(CASES[name], False)
    assert re.fullmatch(
        rb"HTTP/1\.1 (400 Bad Request|408 Request Timeout|413 Payload Too Large|417 Expectation Failed"
        rb"|431 Request Header Fields Too Large|503 Service Unavailable)\r\n"
        rb"(Connection: close\r\n|Date: [^\r]+\r\n|Connection: keep-alive\r\n|Keep-Alive: timeout=5\r\n"
        rb"|Transfer-Encoding: chunked\r\n)+\r\n(0\r\n\r\n)?",
        hostile.lastAnswer(outcome["received"]),
    )


def testWithoutAsserts() -> None:
    """CVE-2025-69227: no behaviour rests on `assert`, which `python -O` leaves out."""
    program = (
        "import hostile\n"
        "for case in hostile.load('http1.jsonl').values():\n"
        "    outcome = hostile.play(case)\n"
        "    code = outcome['error'] and outcome['error']['code']\n"
        "    print(case['id'], outcome['statuses'], outcome['after_fin'], code)\n"
    )
    here = pathlib.Path(__file__).parent.parent
    path = os.pathsep.join([str(here), str(here.parent), os.environ.get("PYTHONPATH", "")])

    def run(*flags: str) -> str:
        command = [sys.executable, *flags, "-c", program]
        return subprocess.run(
            command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True, timeout=120
        ).stdout

    plain = run()
    assert plain.count("\n") == len(CASES)
    assert run("-O") == plain
