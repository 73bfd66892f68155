"""The pytest fixture `network`: a simulated network for a test, over many seeds if wanted.

    def testRetries(network):
        ...

    @pytest.mark.swarm(seeds=50)
    def testUnderFaults(network):
        ...

`--network-seeds N` runs every test that uses the fixture with N seeds; `--network-seed S` with this one only. A failing
test reports its seed, the command that repeats it, its faults and its last events, and leaves the diagram of its
connections where `--anatomy-dir` says. A test with the marker `swarm` that takes nothing else is run again with fewer
faults, and reports the fewest with which it fails in the same way. Nothing is loaded until a test uses the fixture.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .faults import Step
    from .network import Network

#: Events that a report shows.
_SHOWN = 20

#: How often a failed test is run again to find the fewest faults, and for how long, seconds.
_TRIES, _PATIENCE = 100, 10.0

_key: pytest.StashKey[Any] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options."""
    group = parser.getgroup("nodecompat")
    group.addoption("--network-seeds", type=int, metavar="N", help="run tests with the fixture network with N seeds")
    group.addoption("--network-seed", type=int, metavar="S", help="run them with this seed only")


def pytest_configure(config: pytest.Config) -> None:
    """The marker."""
    config.addinivalue_line("markers", "swarm(seeds): run with this many seeds of the simulated network")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each seed."""
    if "networkSeed" not in metafunc.fixturenames:
        return
    seeds = _seedsOf(metafunc)
    if seeds is not None:
        metafunc.parametrize("networkSeed", seeds, indirect=True, ids=[f"seed{seed}" for seed in seeds])


def _seedsOf(metafunc: pytest.Metafunc) -> list[int] | None:
    """None: one seed, and nobody asked for it."""
    one, many = metafunc.config.getoption("network_seed"), metafunc.config.getoption("network_seeds")
    if one is not None:
        return [one]
    marker = metafunc.definition.get_closest_marker("swarm")
    if many is None and marker is None:
        return None
    if many is None and marker is not None:
        many = marker.kwargs.get("seeds", marker.args[0] if marker.args else 100)
    return list(range(many))


@pytest.fixture
def networkSeed(request: pytest.FixtureRequest) -> int:
    """The seed of this test, for a test that makes its Network itself (`async with Network(seed=networkSeed)`)."""
    return int(getattr(request, "param", 0))


@pytest.fixture
def network(request: pytest.FixtureRequest, networkSeed: int) -> Iterator[Network]:
    """A simulated network, which is in force during the test."""
    from ..anatomy import pytest_plugin as anatomy
    from ..anatomy import recording
    from .network import Network

    made = Network(seed=networkSeed)
    request.node.stash[_key] = made
    with made:
        isRecorded = anatomy.KEY not in request.node.stash
        if isRecorded:
            request.node.stash[anatomy.KEY] = recording.newRecording(request.node.nodeid)
            recording.start(request.node.stash[anatomy.KEY])
        try:
            yield made
        finally:
            if isRecorded:
                recording.stop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:
    """Tell how to run a failed test again."""
    outcome: Any = yield
    made = item.stash.get(_key, None)
    report = outcome.get_result()
    if made is not None and report.failed:
        report.sections.append(("Simulated network", _told(item, made)))
        if call.when == "call" and call.excinfo is not None and _isAlone(item):
            _stopRecording(item)
            report.sections.append(("Fewest faults", _fewest(item, made, call.excinfo.type)))


def _isAlone(item: pytest.Item) -> bool:
    """Whether it can be run again: nothing but the network, and what is as it was, goes into it."""
    function, given = getattr(item, "function", None), {"network", "networkSeed", "request"}
    if function is None or inspect.iscoroutinefunction(function) or item.get_closest_marker("swarm") is None:
        return False
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return set(inspect.signature(function).parameters) <= {"self"} | given | set(parameters)


def _stopRecording(item: pytest.Item) -> None:
    """The diagram is of the run that has failed, and of no other."""
    from ..anatomy import recording

    recording.stop()


def _fewest(item: Any, made: Network, kind: type[BaseException]) -> str:
    """The smallest script found with which the test fails in the same way."""
    from .network import Network
    from .shrinking import shrunk

    until = time.monotonic() + _PATIENCE
    script = made.script

    def fails(wanted: list[int]) -> bool:
        nonlocal script
        if time.monotonic() > until:
            return False
        again = Network(seed=made.seed)
        again._wanted_ = set(wanted)
        arguments = {name: item.funcargs[name] for name in inspect.signature(item.obj).parameters}
        try:
            with again:
                item.obj(**{**arguments, "network": again})
        except kind:
            script = again.script
            return True
        except Exception:
            return False
        return False

    shrunk(list(range(made._asked_)), fails, _TRIES)
    return "\n".join(_lines(script)) or "none: it fails without any"


def _told(item: pytest.Item, made: Network) -> str:
    base = (
        item.nodeid.replace(f"seed{made.seed}-", "").replace(f"-seed{made.seed}", "").replace(f"[seed{made.seed}]", "")
    )
    lines = [f"seed {made.seed}; again: pytest --network-seed {made.seed} '{base}'"]
    lines += _lines(made.script)
    lines += [f"{time:10.3f} {host} #{number} {event} {detail}" for time, host, number, event, detail in made.events][
        -_SHOWN:
    ]
    return "\n".join(lines)


def _lines(script: list[Step]) -> list[str]:
    return [f"fault at {time:g} ms: {name} {args} {options or ''}".rstrip() for time, name, args, options in script]
