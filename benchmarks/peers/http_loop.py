"""The limit for Python: one epoll, httptools, a canned answer."""

import select
import socket

import httptools

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nhello world\n"


class Peer:
    def __init__(self, connection):
        self.connection = connection
        self.parser = httptools.HttpRequestParser(self)

    def on_message_complete(self):
        self.connection.send(ANSWER)


def serve(makePeer):
    """Accept for ever; what a peer sends goes to its parser."""
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
                peers[connection.fileno()] = makePeer(connection)
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


if __name__ == "__main__":
    serve(Peer)
