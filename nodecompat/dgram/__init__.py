"""Node 26's `dgram`: UDP sockets. `socket` has the class, `settings` its options, `arguments` how calls are read.

Node: https://nodejs.org/api/dgram.html
"""

from .options import BindOptions, BindSyncOptions, RemoteInfo, SocketOptions
from .socket import Socket, createSocket

__all__ = ["BindOptions", "BindSyncOptions", "RemoteInfo", "Socket", "SocketOptions", "createSocket"]
