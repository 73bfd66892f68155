"""Who is there? Services of a local network answer a question that is sent to all.

    python examples/udp_discovery.py serve NAME SERVICE [PORT]
    python examples/udp_discovery.py find [PORT] [ADDRESS] [MILLISECONDS]

SERVICE is the port that the answer names. `find` asks the whole network, 255.255.255.255, or the ADDRESS, and waits so
long for answers.
"""

import json
import sys

from nodecompat import dgram, run, setTimeout

DISCOVERY = 41_234
QUESTION = b"who is there?"
LARGEST = 1_000  # bytes: what is larger may come in pieces, and get lost


def serve(name, service, port=DISCOVERY):
    socket = dgram.createSocket("udp4", reuseAddr=True)  # several services of one machine hear the question
    answer = json.dumps({"name": name, "port": int(service)}).encode()

    @socket.on("message")
    def onMessage(message, peer):
        # The answer is not much larger than the question: nobody can use it to flood others.
        if message == QUESTION and len(answer) <= LARGEST:
            socket.send(answer, peer.port, peer.address)

    socket.on("error", lambda error: print(error, file=sys.stderr, flush=True))
    socket.bind(int(port), lambda: print("listening on", socket.address().port, flush=True))


def find(port=DISCOVERY, address="255.255.255.255", patience=1_000):
    socket = dgram.createSocket("udp4")
    found = set()

    @socket.on("message")
    def onMessage(message, peer):
        try:
            service = json.loads(message)
            line = f"{service['name']} {peer.address}:{service['port']:d}"
        except (ValueError, TypeError, LookupError):
            return  # somebody else's datagram
        if line not in found:
            found.add(line)
            print(line, flush=True)

    @socket.on("listening")
    def onListening():
        socket.setBroadcast(True)
        socket.send(QUESTION, int(port), address)
        setTimeout(socket.close, float(patience))

    socket.bind()


match sys.argv[1:]:
    case ["serve", name, service, *rest]:
        serve(name, service, *rest)
    case ["find", *rest]:
        find(*rest)
    case _:
        sys.exit(__doc__)
run()
