"""Which ports of a host are open?

python examples/port_scanner.py HOST [FIRST-LAST] [AT ONCE]

Scan your own machines only.
"""

import sys

from nodecompat import AbortSignal, net, run
from nodecompat.events import once
from nodecompat.stream import Readable

HOST = sys.argv[1]
FIRST, LAST = map(int, (sys.argv[2] if len(sys.argv) > 2 else "1-1024").split("-"))
AT_ONCE = int(sys.argv[3]) if len(sys.argv) > 3 else 200
PATIENCE = 1_000  # milliseconds for a port: a firewall that drops packets answers never


async def look(port):
    """The port, and what came of it."""
    socket = net.connect(port, HOST)
    try:
        await once(socket, "connect", signal=AbortSignal.timeout(PATIENCE))
    except Exception as error:
        # An 'error' may still come, of which nobody wants to hear.
        socket.on("error", lambda error: None)
        return port, "closed" if getattr(error, "code", None) == "ECONNREFUSED" else "filtered"
    finally:
        socket.destroy()
    return port, "open"


async def main():
    # `map` of a Readable keeps the order, and so many calls under way.
    found = Readable.from_(range(FIRST, LAST + 1)).map(look, concurrency=AT_ONCE)
    count = {"open": 0, "closed": 0, "filtered": 0}
    async for port, state in found:
        count[state] += 1
        if state == "open":
            print(port, flush=True)
    print(", ".join(f"{number} {state}" for state, number in count.items()), file=sys.stderr)


run(main())
