"""Chooses the reactor before pytest-twisted installs one, and keeps property tests steady."""

from __future__ import annotations

import gc
import importlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from nodecompat.reactor.loop import ticks
from nodecompat.testing import Network, network

pytest_plugins = ["suite", "limits"]
TESTS = Path(__file__).resolve().parent

# pytest makes the asserts of test modules hold under `python -O`; those of the helpers, which do things too, as well.
pytest.register_assert_rewrite(
    "conformance",
    "daemon",
    "faultbed",
    "hostile",
    "httpclientcases",
    "nameserver",
    "nginx",
    "oracle",
    "program",
    "transcript",
)

GUEST_OF = os.environ.get("NODECOMPAT_TEST_HOST")
endLoop: Any = importlib.import_module("guestloop").install(GUEST_OF) if GUEST_OF else None

# No deadline: under load a single example may take long without anything being wrong.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

#: Bytes of a case that are shown as its name.
LONG_NAME = 64


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Where TLS cannot be had, its tests are left out; `reactor/tls/test_init.py` says why."""
    from suite import whyNoTLS  # a plugin: not before pytest has loaded it

    needsTLS = TESTS / "tls" in (collection_path, *collection_path.parents) or collection_path in (
        TESTS / "test_https.py",
        TESTS / "anatomy" / "test_secured.py",
        TESTS / "serving" / "test_certificates.py",
    )
    if collection_path.parent == TESTS / "reactor" / "tls":
        needsTLS = collection_path.name != "test_init.py"
    return True if needsTLS and whyNoTLS() else None


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Long bytes, such as a ClientHello, may be others in each process, and all workers must name a test alike."""
    return argname if isinstance(val, bytes) and len(val) > LONG_NAME else None


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let pytest-twisted install the reactor of NODECOMPAT_TEST_REACTOR: it knows "default" and "asyncio" only."""
    name = os.environ.get("NODECOMPAT_TEST_REACTOR", "default")
    if GUEST_OF:
        return
    if name == "asyncio":
        config.option.reactor = name
    elif name != "default":
        default = importlib.import_module("twisted.internet.default")
        default.install = importlib.import_module(f"twisted.internet.{name}reactor").install
    # A shell gives its background jobs an ignored SIGINT, which the programs that we start would inherit.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What is there before the first test stays: the collector need not look at it, which some tests ask for often."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    if endLoop is not None:
        endLoop()


@pytest.fixture(autouse=True)
def nothingLeftQueued() -> Iterator[None]:
    """The reactor stands still between tests: run what a test's last sockets have queued, not in the next test."""
    yield
    for _ in range(100):
        if not ticks.hasWork():
            return
        ticks.beginTurn()
        ticks.drain()
        ticks.endTurn()


@pytest.fixture
def net() -> Iterator[Network]:
    """The network in memory, whose loop the test turns: `net.run()`. An exception nobody caught fails the test."""
    with network() as made:
        yield made


@pytest.fixture
def log() -> list[Any]:
    """What happened, in order."""
    return []
