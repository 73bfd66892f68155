"""The `net` module: TCP and Unix domain connections, as in Node 26.

`socket` has Socket, `connecting` how it connects; `server` has Server; `arguments` parses addresses,
including Twisted endpoints; `address` and `blocklist` handle numeric addresses.

Node: https://nodejs.org/api/net.html
"""

from ..ip import isIP
from .address import SocketAddress, isIPv4, isIPv6
from .blocklist import BlockList
from .bound import BoundSocket
from .connecting import (
    getDefaultAutoSelectFamily,
    getDefaultAutoSelectFamilyAttemptTimeout,
    setDefaultAutoSelectFamily,
    setDefaultAutoSelectFamilyAttemptTimeout,
)
from .options import (
    AddressInfo,
    BoundSocketOptions,
    DropArgument,
    IpcNetConnectOpts,
    IpcSocketConnectOpts,
    ListenOptions,
    NetConnectOpts,
    OnReadOpts,
    ServerOpts,
    SetKeepAliveOptions,
    SocketAddressInitOptions,
    SocketConnectOpts,
    SocketConstructorOpts,
    TcpNetConnectOpts,
    TcpSocketConnectOpts,
)
from .protocols import connectProtocol, fromFactory
from .server import Server, createServer
from .socket import Socket, createConnection, fromTransport

connect = createConnection
Stream = Socket

__all__ = [
    "AddressInfo",
    "BlockList",
    "BoundSocket",
    "BoundSocketOptions",
    "DropArgument",
    "IpcNetConnectOpts",
    "IpcSocketConnectOpts",
    "ListenOptions",
    "NetConnectOpts",
    "OnReadOpts",
    "Server",
    "ServerOpts",
    "SetKeepAliveOptions",
    "Socket",
    "SocketAddress",
    "SocketAddressInitOptions",
    "SocketConnectOpts",
    "SocketConstructorOpts",
    "Stream",
    "TcpNetConnectOpts",
    "TcpSocketConnectOpts",
    "connect",
    "connectProtocol",
    "createConnection",
    "createServer",
    "fromFactory",
    "fromTransport",
    "getDefaultAutoSelectFamily",
    "getDefaultAutoSelectFamilyAttemptTimeout",
    "isIP",
    "isIPv4",
    "isIPv6",
    "setDefaultAutoSelectFamily",
    "setDefaultAutoSelectFamilyAttemptTimeout",
]
