"""The limit for Python with `json` of the standard library: one epoll, httptools, nothing else."""

import json

import httptools
from http_loop import serve

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


if __name__ == "__main__":
    serve(Peer)
