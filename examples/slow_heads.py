"""A client that never finishes the head of its request, and a server that does not wait for it.

    python examples/slow_heads.py

Many such clients would take all connections of a server (slowloris). This one is answered 408 and cut off.
"""

from nodecompat import clearInterval, http, net, run, setInterval

PATIENCE = 400  # milliseconds for a head; Node's default, and ours, are 60,000
PAUSE = 150  # milliseconds between the headers of the client


def attack():
    socket = net.connect(server.address().port, "127.0.0.1")
    socket.write("GET / HTTP/1.1\r\nHost: slow.example\r\n")
    # The connection is never silent for long: only the head as a whole does not come.
    writing = setInterval(lambda: socket.write("X-A: b\r\n"), PAUSE)
    socket.on("data", lambda data: print(data.decode().partition("\r\n")[0]))
    socket.on("error", lambda error: print(error.code))  # a header that comes after the end

    @socket.on("close")
    def onClose():
        clearInterval(writing)
        server.close()


server = http.createServer(
    {"headersTimeout": PATIENCE, "connectionsCheckingInterval": 100},
    lambda request, response: response.end("hello"),
)
server.listen(0, "127.0.0.1", attack)
run()
