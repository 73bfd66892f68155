"""The load of the rows of TLS does what it says, against our own peer; it is left out where it cannot be built."""

import pytest
from suite import whyNoTLS

from benchmarks import harness
from benchmarks.tls import cost

pytestmark = pytest.mark.skipif(bool(whyNoTLS()), reason=whyNoTLS())


@pytest.fixture(scope="module", params=["ec", "rsa"])
def server(request):
    try:
        harness.compiledWithTLS("load/tls.c")
    except harness.Missing as reason:
        pytest.skip(f"needs {reason}")
    with harness.servers(cost.echoing(request.param)[:1]) as (running, _):
        yield running[0]


def load(server, *arguments):
    """On a busy machine nothing may be done in so short a time; then it gets a longer one."""
    for seconds in (0.1, 1, 10):
        found = cost.load(server, *arguments, seconds)
        if found["units"]:
            return found
    raise AssertionError(found)


def testMessagesAreEchoed(server):
    found = load(server, "echo", 3, 64)
    assert found["cpu"] > 0


def testAFullHandshakeResumesNothing(server):
    found = load(server, "full", 2)
    assert found["reused"] == 0


def testEveryConnectionBehindTheFirstIsResumed(server):
    found = load(server, "resumed", 2)
    assert found["reused"] > 0
    assert found["negotiated"].startswith("TLSv1.3")


def testIdleConnectionsTakeMemory(server):
    assert cost.load(server, "idle", 3)["pages"] > 0
