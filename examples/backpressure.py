"""Back-pressure: a server that can send faster than its client reads waits until there is room again.

python examples/backpressure.py
"""

from nodecompat import net, run, setTimeout

TOTAL, CHUNK = 12, 1024 * 1024  # chunks, and bytes of each: together more than the buffers of both ends hold
PAUSE = 50  # milliseconds in which the client does not read


def onConnection(socket):
    server.close()
    send(socket, 0)


def send(socket, sent):
    isRoom = True
    while isRoom and sent < TOTAL:
        isRoom = socket.write(b"x" * CHUNK)
        sent += 1
    if sent == TOTAL:
        socket.end()
    else:
        print(f"{sent} of {TOTAL} chunks are written, and the rest waits for 'drain'")
        socket.once("drain", lambda: send(socket, sent))


def onListening():
    client = net.connect(server.address().port, "127.0.0.1")
    client.pause()
    received = 0

    @client.on("data")
    def onData(chunk):
        nonlocal received
        received += len(chunk)

    client.on("connect", lambda: setTimeout(client.resume, PAUSE))
    client.on("end", lambda: print(f"{received} bytes are received"))


server = net.createServer(onConnection)
server.listen(0, "127.0.0.1", onListening)
run()
