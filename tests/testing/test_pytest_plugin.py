"""The fixture `network`: seeds, and what a failing test reports."""

from __future__ import annotations

import re
from pathlib import Path

from program import python

TESTS = """
import pytest
import pytest_twisted

from nodecompat import http, net


def serve(network):
    with network.host("web.test", "10.0.0.1"):
        http.createServer(lambda request, response: response.end("hello")).listen(80)
    with network.host("client.test", "10.0.0.2"):
        return http.get("http://web.test/", lambda response: response.resume())


def testOne(network):
    request = serve(network)
    assert network.run(until=lambda: request.destroyed)
    assert network.seed == 0


@pytest.mark.swarm(seeds=3)
def testMany(network):
    network.link(latency=1, jitter=5)
    request = serve(network)
    network.run(until=lambda: request.destroyed)
    assert network.seed != 2


@pytest.mark.swarm(seeds=1)
def testShrinks(network):
    network.link(latency=1)
    network.jumpClock("web.test", 1000)
    network.at(50, "reset", "web.test")
    network.at(60, "slow", "client.test", 10)
    with network.host("web.test", "10.0.0.1"):
        net.createServer(lambda socket: socket.on("error", lambda error: None)).listen(80)
    with network.host("client.test", "10.0.0.2"):
        socket = net.connect(80, "10.0.0.1").on("error", lambda error: None)
    network.advance(100)
    assert not socket.destroyed, "it was reset"


@pytest_twisted.inlineCallbacks
def testBesidePytestTwisted(network):
    from twisted.internet.defer import succeed

    assert (yield succeed(1)) == 1
    request = serve(network)
    network.run(until=lambda: request.destroyed)
"""


def run(folder: Path, *options: str) -> str:
    (folder / "test_it.py").write_text(TESTS)
    (folder / "pytest.ini").write_text("[pytest]\npython_functions = test*\n")
    plugins = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:asyncio"]
    for each in ("anatomy", "testing"):
        plugins += [] if each in installed() else ["-p", f"nodecompat.{each}.pytest_plugin"]
    where = [] if any(each.startswith("test_it") for each in options) else [str(folder)]
    _, out, err = python("-m", "pytest", *plugins, *options, *where, cwd=str(folder))
    assert not err, err
    return out


def installed() -> set[str]:
    """The plugins that an installed package loads by itself."""
    from importlib.metadata import entry_points

    return {each.name.partition("-")[2] for each in entry_points(group="pytest11") if "nodecompat" in each.name}


def testAFailureTellsHowToRepeatIt(tmp_path: Path) -> None:
    out = run(tmp_path, "-q")
    assert "2 failed, 4 passed" in out
    assert "testMany[seed2]" in out
    assert "seed 2; again: pytest --network-seed 2 'test_it.py::testMany'" in out
    assert "fault at 0 ms: link [] {'latency': 1, 'jitter': 5}" in out
    assert re.search(r"client\.test #\d+ connect 0", out)
    assert len(list((tmp_path / "anatomy-reports").glob("*seed2*.svg"))) == 1


def testASwarmTestReportsTheFewestFaults(tmp_path: Path) -> None:
    out = run(tmp_path, "-q", "test_it.py::testShrinks")
    report = out[out.index("Fewest faults") :]
    assert "fault at 50 ms: reset ['web.test']" in report
    assert report.count("fault at") == 1


def testOptions(tmp_path: Path) -> None:
    assert "1 failed" in run(tmp_path, "-q", "--network-seed", "2", "test_it.py::testMany")
    assert "4 passed" in run(
        tmp_path, "-q", "--network-seeds", "2", "test_it.py::testMany", "test_it.py::testBesidePytestTwisted"
    )
