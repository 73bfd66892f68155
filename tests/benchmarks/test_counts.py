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


@pytest.mark.parametrize("unit", MOST)
def testAUnitOfWorkTakesNoMoreCallsThanBefore(unit):
    if unit in OPENSSL:
        pytest.importorskip("OpenSSL", reason="pip install 'nodecompat[tls]'")
    calls, ticks = MOST[unit]
    for _ in range(3):  # a machine under load adds turns of the reactor to a run; code adds to each
        found = counts.measured(unit, "calls")
        if found["calls"] <= calls + SLACK:
            break
    assert 1 < found["calls"] <= calls + SLACK, found["rows"]
    assert found["ticks"] <= ticks + 0.1, found["rows"]
    assert found["openssl"] <= OPENSSL.get(unit, 0) + 0.1, found["rows"]


@pytest.mark.skipif(
    shutil.which("cc") is None or not Path(sysconfig.get_paths()["include"], "Python.h").exists(),
    reason="they are counted in C (apt-get install gcc python3-dev)",
)
def testAllocationsAreCounted():
    echo, hello = (counts.measured(unit, "allocations")["allocations"] for unit in ("echo", "hello"))
    assert 0 < echo < hello < 100
