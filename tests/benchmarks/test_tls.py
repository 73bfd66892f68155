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


def testMessagesAreEchoed(server):
    found = cost.load(server, "echo", 3, 64, 0.3)
    assert found["units"] > 0
    assert found["cpu"] > 0


def testAFullHandshakeResumesNothing(server):
    found = cost.load(server, "full", 2, 0.1)
    assert found["units"] > 0
    assert found["reused"] == 0


def testEveryConnectionBehindTheFirstIsResumed(server):
    found = cost.load(server, "resumed", 2, 0.1)
    assert found["reused"] > 0
    assert found["negotiated"].startswith("TLSv1.3")


def testIdleConnectionsTakeMemory(server):
    assert cost.load(server, "idle", 3)["pages"] > 0
