"""What a unit of work makes Python do: the numbers can only fall. A change that lowers one lowers it here, too."""

import shutil
import sysconfig
from pathlib import Path

import pytest

from benchmarks import counts

#: Calls of the package's functions and ticks for one unit, counted with Python 3.11.
MOST = {
    "hello": (35, 0),
    "post": (140, 6),
    "json": (96, 3),
    "connection": (221, 4),
    "echo": (9, 0),
    "pipe": (180, 10),
    "client": (128, 5),
    "fetch": (147, 6),
    "event": (13, 1),
    "tlsecho": (11, 0),
    "https": (37, 0),
}
#: Calls of OpenSSL's: what came in, decrypt, encrypt, what is to go out.
OPENSSL = {"tlsecho": 4, "https": 4}
#: What a segment that comes in two, or a turn more of the reactor, adds to the mean of some units.
SLACK = 3


def measured(unit, kind, most):
    """Three times at most: a machine under load adds turns of the reactor to a run; code adds to each."""
    for _ in range(3):
        found = counts.measured(unit, kind)
        if found[kind] <= most:
            break
    return found


@pytest.mark.parametrize("unit", MOST)
def testAUnitOfWorkTakesNoMoreCallsThanBefore(unit):
    if unit in OPENSSL:
        pytest.importorskip("OpenSSL", reason="pip install 'nodecompat[tls]'")
    calls, ticks = MOST[unit]
    found = measured(unit, "calls", calls + SLACK)
    assert 1 < found["calls"] <= calls + SLACK, found["rows"]
    assert found["ticks"] <= ticks + 0.1, found["rows"]
    assert found["openssl"] <= OPENSSL.get(unit, 0) + 0.1, found["rows"]


@pytest.mark.skipif(
    shutil.which("cc") is None or not Path(sysconfig.get_paths()["include"], "Python.h").exists(),
    reason="they are counted in C (apt-get install gcc python3-dev)",
)
def testAllocationsAreCounted():
    hello = measured("hello", "allocations", 99)["allocations"]
    assert 0 < measured("echo", "allocations", hello - 1)["allocations"] < hello < 100
