"""Look-ups in whole programs: they keep one alive until they are answered, and never longer."""

from __future__ import annotations

from program import program


def testAProgramWaitsForItsLookups() -> None:
    code, out, err = program(
        """
from nodecompat import dns
dns.lookup("localhost", 4, lambda error, address: print(address))
dns.promises.lookup("127.0.0.1").addCallback(lambda found: print(found.family))
run()
"""
    )
    assert (code, out, err) == (0, "4\n127.0.0.1\n", "")


def testFault31HangingLookupDoesNotHoldProcessExit() -> None:
    code, out, err = program(
        """
import socket, threading
from nodecompat import dns
socket.getaddrinfo = lambda *args, **options: threading.Event().wait()
dns.lookup("hangs.test", lambda *result: print("answered"))
setTimeout(lambda: process.exit(3), 10)
run()
"""
    )
    assert (code, out, err) == (3, "", "")


def testAnUnhandledFailureEndsTheProgram() -> None:
    code, out, err = program(
        """
from nodecompat import dns
async def main():
    await dns.promises.resolve4("a..b")
run(main)
"""
    )
    assert (code, out) == (1, "")
    assert "queryA EBADNAME a..b" in err
