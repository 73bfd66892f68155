"""Without the extra `tls` everything else works, and whoever wants TLS is told what is missing."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest
from suite import whyNoTLS

#: As if these packages were not there, or too old.
MISSING = "import sys; sys.modules['OpenSSL'] = None"
OLD = "from OpenSSL import SSL; SSL._lib = object()"


@pytest.mark.parametrize("what", ["from nodecompat import tls", "from nodecompat import https"])
@pytest.mark.parametrize("how", [MISSING, OLD])
def testTheExtraIsNamed(how: str, what: str) -> None:
    if how == OLD:
        pytest.importorskip("OpenSSL", reason="pyOpenSSL is not installed: pip install 'nodecompat[tls]'")
    done = subprocess.run([sys.executable, "-c", f"{how}; {what}"], capture_output=True, text=True, timeout=60)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ModuleNotFoundError: TLS needs pyOpenSSL") and "nodecompat[tls]" in last


def testHTTPNeedsNoTLS() -> None:
    program = f"{MISSING}; from nodecompat import http, net; http.createServer()"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


def testTLSIsTested() -> None:
    if whyNoTLS():
        pytest.skip(whyNoTLS())
    assert importlib.import_module("nodecompat.tls").connect
