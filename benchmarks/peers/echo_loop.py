"""The limit for Python: one epoll, recv, send, nothing else."""

import select
import socket

listener = socket.create_server(("127.0.0.1", 0), backlog=511)
listener.setblocking(False)
print(listener.getsockname()[1], flush=True)
loop = select.epoll()
loop.register(listener.fileno(), select.EPOLLIN)
sockets = {}
while True:
    for descriptor, _ in loop.poll():
        peer = sockets.get(descriptor)
        if peer is None:
            peer, _ = listener.accept()
            peer.setblocking(False)
            sockets[peer.fileno()] = peer
            loop.register(peer.fileno(), select.EPOLLIN)
            continue
        try:
            data = peer.recv(65536)
        except ConnectionResetError:
            data = b""
        if data:
            peer.send(data)
        else:
            loop.unregister(descriptor)
            del sockets[descriptor]
            peer.close()
