"""A reverse proxy: passes requests on to several servers in turn, and to the next one when one cannot be reached.

    python examples/reverse_proxy.py PORT http://127.0.0.1:9001 http://127.0.0.1:9002

Bodies are streamed in both directions: a slow client slows its server down, and nothing is kept in memory.
"""

import sys

from nodecompat import URL, http, run
from nodecompat.stream import pipeline

PORT, *targets = sys.argv[1:]
TARGETS = [URL(target) for target in targets]
AGENT = http.Agent(keepAlive=True, maxSockets=100)
TIMEOUT = 30_000  # milliseconds of silence of a server
#: They are about one connection: RFC 9110, 7.6.1.
OF_THE_CONNECTION = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"),
    *("te", "trailer", "transfer-encoding", "upgrade"),
}


def forwarded(headers):
    """Without those that the other connection has to make itself."""
    named = {name.strip().lower() for name in headers.get("connection", "").split(",")}
    return {name: value for name, value in headers.items() if name not in OF_THE_CONNECTION | named}


def onRequest(request, response):
    turn = TARGETS.pop(0)
    TARGETS.append(turn)
    # The one whose turn it is, and behind it the others.
    ask(request, response, [turn, *(target for target in TARGETS if target is not turn)])


def ask(request, response, targets):
    target, *others = targets
    upstream = http.request(
        method=request.method,
        host=target.hostname.strip("[]"),
        port=target.port or 80,
        path=request.url,
        agent=AGENT,
        timeout=TIMEOUT,
        headers={
            **forwarded(request.headers),
            "host": request.headers.get("host", target.host),
            # What a client says about itself is not passed on: only this proxy knows.
            "x-forwarded-for": request.socket.remoteAddress,
            "x-forwarded-proto": "http",
        },
    )
    upstream.on("timeout", lambda: upstream.destroy(TimeoutError(f"{target.host} is silent")))

    @upstream.on("error")
    def onError(error):
        if response.headersSent or response.destroyed:  # too late: the client sees that the body is not whole
            response.destroy()
        elif others and getattr(error, "code", None) == "ECONNREFUSED":  # it has got nothing of the request
            ask(request, response, others)
        else:
            print(target.host, error, file=sys.stderr, flush=True)
            response.writeHead(504 if isinstance(error, TimeoutError) else 502, {"Content-Type": "text/plain"})
            response.end("The server cannot be reached.\n")

    @upstream.on("response")
    def onResponse(answer):
        response.writeHead(answer.statusCode, forwarded(answer.headers))
        pipeline(answer, response, lambda error: error and response.destroy())

    response.on("close", upstream.destroy)  # a client that leaves needs no answer
    # Not before there is a connection: a server that cannot be reached must not use the body up.
    upstream.on("socket", lambda socket: send() if not socket.connecting else socket.once("connect", send))

    def send():
        pipeline(request, upstream, lambda error: None)  # its 'error' is told above


server = http.createServer(onRequest)
server.listen(int(PORT), "127.0.0.1", lambda: print("listening on", server.address().port, flush=True))
run()
