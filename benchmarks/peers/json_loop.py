"""The limit for Python with `json` of the standard library: one epoll, httptools, nothing else."""

import json
import select
import socket

import httptools

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
ITEMS = [{"id": number, "name": f"item {number}", "tags": ["a", "b"], "price": number * 1.5} for number in range(32)]


class Peer:
    def __init__(self, connection):
        self.connection = connection
        self.chunks = []
        self.on_body = self.chunks.append
        self.parser = httptools.HttpRequestParser(self)

    def on_message_complete(self):
        asked = json.loads(b"".join(self.chunks))
        self.chunks.clear()
        body = json.dumps({"for": asked["user"], "count": len(asked["lines"]), "items": ITEMS}).encode()
        self.connection.send(HEAD % len(body) + body)


listener = socket.create_server(("127.0.0.1", 0), backlog=511)
listener.setblocking(False)
print(listener.getsockname()[1], flush=True)
loop = select.epoll()
loop.register(listener.fileno(), select.EPOLLIN)
peers = {}
while True:
    for descriptor, _ in loop.poll():
        peer = peers.get(descriptor)
        if peer is None:
            connection, _ = listener.accept()
            connection.setblocking(False)
            peers[connection.fileno()] = Peer(connection)
            loop.register(connection.fileno(), select.EPOLLIN)
            continue
        try:
            data = peer.connection.recv(65536)
        except ConnectionResetError:
            data = b""
        if data:
            peer.parser.feed_data(data)
        else:
            loop.unregister(descriptor)
            peers.pop(descriptor).connection.close()
