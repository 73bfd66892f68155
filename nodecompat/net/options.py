"""The option bags of `net` and the records it returns, and how a bag is read.

Follows the names of Node 26's documentation. A bag is a mapping, keyword arguments, or both; an option that is
None counts as not given (Node's undefined).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from ..coercion import optionsOf
from ..events.options import EventEmitterOptions
from ..optionbags import namesOf
from ..reactor.handle import Address
from ..records import Record

if TYPE_CHECKING:
    from .blocklist import BlockList
    from .bound import BoundSocket


@dataclass(frozen=True, slots=True)
class AddressInfo(Record):
    """One end of a connection, or where a server listens; `family` is "IPv4" or "IPv6".

    Node: https://nodejs.org/api/net.html#serveraddress
    """

    address: str
    family: str
    port: int


def toInfo(address: Address | int) -> AddressInfo | None:
    """The record for a handle's address; None for an error or a path."""
    if isinstance(address, int) or address.family == "pipe":
        return None
    return AddressInfo(address.address, address.family, address.port)


@dataclass(frozen=True, slots=True)
class DropArgument(Record):
    """The argument of 'drop': the connection that was refused. Node: https://nodejs.org/api/net.html#event-drop"""

    localAddress: str | None = None
    localPort: int | None = None
    localFamily: str | None = None
    remoteAddress: str | None = None
    remotePort: int | None = None
    remoteFamily: str | None = None


class OnReadOpts(TypedDict, total=False):
    """The option `onread`: data is put into `buffer` instead of 'data'.

    Options:
        buffer: A writable buffer that is reused, or a function that returns one; there is no default.
        callback: Called with the number of bytes and the buffer; False pauses. There is no default.
    Node: https://nodejs.org/api/net.html#new-netsocketoptions
    """

    buffer: Any
    callback: Callable[[int, Any], Any]


class SocketConstructorOpts(EventEmitterOptions, total=False):
    """Options of Socket.

    Also the options of `EventEmitterOptions`.

    Options:
        allowHalfOpen: Keep the writable side when the peer has ended; False by default.
        blockList: Addresses that are not connected to; none by default.
        fd: An open socket's descriptor to take over; none by default.
        handle: A BoundSocket, or a handle of `nodecompat.reactor`; none by default.
        highWaterMark: Bytes that are buffered on each side before the source is to wait; 65,536 by default.
        keepAlive: Let the kernel probe an idle peer; False by default.
        keepAliveInitialDelay: Milliseconds of silence before the first probe; 0, the default, leaves the system's.
        maxWritableLength: Bytes that may wait to be written, beyond which a socket is destroyed; no limit by default.
            Not in Node.
        noDelay: Send small writes at once (TCP_NODELAY); False by default.
        onread: Put data into one buffer, in place of 'data'; off by default.
        readable: The socket given as `fd` may be read from; True by default.
        signal: An AbortSignal that destroys the socket; none by default.
        typeOfService: The IP type of service, 0 to 255; the system's by default.
        writable: The socket given as `fd` may be written to; True by default.
    Node: https://nodejs.org/api/net.html#new-netsocketoptions
    """

    allowHalfOpen: bool
    blockList: BlockList
    fd: int
    handle: BoundSocket | Any
    highWaterMark: int
    keepAlive: bool
    keepAliveInitialDelay: float
    maxWritableLength: int
    noDelay: bool
    onread: OnReadOpts
    readable: bool
    signal: Any
    typeOfService: int
    writable: bool


class TcpSocketConnectOpts(TypedDict, total=False):
    """Options of `socket.connect` to a port.

    Options:
        autoSelectFamily: Try the addresses of both families in turn (RFC 8305); True by default.
        autoSelectFamilyAttemptTimeout: Milliseconds for each address, at least 10; 500 by default.
        endpoint: An IStreamClientEndpoint, or the description of one; none by default. Not in Node.
        family: 4, 6, or 0, the default, for either.
        hints: Flags of `dns.lookup`; 0 by default.
        host: A name or an address; "localhost" by default.
        localAddress: The address to connect from; the system's choice by default.
        localPort: The port to connect from; the system's choice by default.
        lookup: `lookup(hostname, options, callback)`; `dns.lookup` by default.
        port: The port to connect to, 0 to 65,535; there is no default.
    Node: https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
    """

    autoSelectFamily: bool
    autoSelectFamilyAttemptTimeout: int
    endpoint: Any
    family: int
    hints: int
    host: str
    localAddress: str
    localPort: int
    lookup: Callable[..., Any]
    port: int | str


class IpcSocketConnectOpts(TypedDict, total=False):
    """Options of `socket.connect` to a path.

    Options:
        path: The path of a Unix domain socket; there is no default.
    Node: https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
    """

    path: str


class TcpNetConnectOpts(TcpSocketConnectOpts, SocketConstructorOpts, total=False):
    """Options of `net.connect` to a port.

    Also the options of `TcpSocketConnectOpts` and `SocketConstructorOpts`.

    Options:
        timeout: Milliseconds of silence until 'timeout'; 0, the default, for never.
    Node: https://nodejs.org/api/net.html#netcreateconnectionoptions-connectlistener
    """

    timeout: float


class SocketConnectOpts(TcpSocketConnectOpts, IpcSocketConnectOpts, total=False):
    """Options of `socket.connect`: those of a port, or those of a path.

    Also the options of `TcpSocketConnectOpts` and `IpcSocketConnectOpts`.

    Node: https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
    """


class IpcNetConnectOpts(IpcSocketConnectOpts, SocketConstructorOpts, total=False):
    """Options of `net.connect` to a path.

    Also the options of `IpcSocketConnectOpts` and `SocketConstructorOpts`.

    Options:
        timeout: Milliseconds of silence until 'timeout'; 0, the default, for never.
    Node: https://nodejs.org/api/net.html#netcreateconnectionoptions-connectlistener
    """

    timeout: float


class NetConnectOpts(TcpNetConnectOpts, IpcNetConnectOpts, total=False):
    """Options of `net.connect`: those of a port, or those of a path.

    Also the options of `TcpNetConnectOpts` and `IpcNetConnectOpts`.

    Node: https://nodejs.org/api/net.html#netcreateconnectionoptions-connectlistener
    """


class SetKeepAliveOptions(TypedDict, total=False):
    """Options of `socket.setKeepAlive`; times in milliseconds.

    Options:
        count: Probes without an answer until the connection counts as broken; 10 by default.
        enable: Whether to probe; False by default.
        initialDelay: Milliseconds of silence before the first probe; 0, the default, leaves the system's.
        interval: Milliseconds between probes; 1000 by default.
    Node: https://nodejs.org/api/net.html#socketsetkeepaliveoptions
    """

    count: int
    enable: bool
    initialDelay: float
    interval: float


class BoundSocketOptions(TypedDict, total=False):
    """Options of BoundSocket.

    Options:
        host: A numeric address; "0.0.0.0" by default, "::" with `ipv6Only`.
        ipv6Only: Refuse IPv4 on an IPv6 address; False by default.
        path: The path of a Unix domain socket, in place of host and port; none by default.
        port: 0, the default, for any that is free.
        reusePort: Let several sockets bind to the port, and the kernel share connections out; False by default.
    Node: https://nodejs.org/api/net.html#new-netboundsocketoptions
    """

    host: str
    ipv6Only: bool
    path: str
    port: int
    reusePort: bool


class ListenOptions(TypedDict, total=False):
    """Options of `server.listen`.

    Options:
        backlog: Connections that may wait to be accepted; 511 by default.
        endpoint: An IStreamServerEndpoint, or the description of one; none by default. Not in Node.
        exclusive: A worker of a cluster has the port for itself; False by default.
        fd: A descriptor that is listened on, or bound; none by default.
        handle: A BoundSocket, or a handle of `nodecompat.reactor`; none by default.
        host: A name or an address; by default both families, "::".
        ipv6Only: Refuse IPv4 on an IPv6 address; False by default.
        path: The path of a Unix domain socket; none by default.
        port: 0, the default, for any that is free.
        readableAll: Everybody may read from the path; False by default.
        reusePort: Let several servers bind to the port, and the kernel share connections out; False by default.
        signal: An AbortSignal that closes the server; none by default.
        takeOver: Replace a socket file that nobody listens on; False by default. Not in Node.
        writableAll: Everybody may write to the path; False by default.
    Node: https://nodejs.org/api/net.html#serverlistenoptions-callback
    """

    backlog: int
    endpoint: Any
    exclusive: bool
    fd: int
    handle: BoundSocket | Any
    host: str
    ipv6Only: bool
    path: str
    port: int | str
    readableAll: bool
    reusePort: bool
    signal: Any
    takeOver: bool
    writableAll: bool


class ServerOpts(EventEmitterOptions, total=False):
    """Options of Server.

    Also the options of `EventEmitterOptions`.

    Options:
        allowHalfOpen: Keep a socket's writable side when its peer has ended; False by default.
        blockList: Peers that are not let in; none by default.
        highWaterMark: Of each socket, in bytes; 65,536 by default.
        keepAlive: Let the kernel probe idle peers; False by default.
        keepAliveInitialDelay: Milliseconds of silence before the first probe; 0, the default, leaves the system's.
        maxWritableLength: Bytes that may wait to be written, beyond which a socket is destroyed; no limit by default.
            Not in Node.
        noDelay: Send small writes at once (TCP_NODELAY); False by default.
        pauseOnConnect: A new socket reads nothing until `resume()`; False by default.
    Node: https://nodejs.org/api/net.html#netcreateserveroptions-connectionlistener
    """

    allowHalfOpen: bool
    blockList: BlockList
    highWaterMark: int
    keepAlive: bool
    keepAliveInitialDelay: float
    maxWritableLength: int
    noDelay: bool
    pauseOnConnect: bool


class SocketAddressInitOptions(TypedDict, total=False):
    """Options of SocketAddress.

    Options:
        address: A numeric address; "127.0.0.1" or "::" by default.
        family: "ipv4", the default, or "ipv6".
        flowlabel: The IPv6 flow label, 0 to 1,048,575; 0 by default.
        port: 0 to 65,535; 0 by default.
    Node: https://nodejs.org/api/net.html#new-netsocketaddressoptions
    """

    address: str
    family: str
    flowlabel: int
    port: int


#: The options that `net.connect` passes to the constructor of Socket.
CONSTRUCTOR_OPTIONS = frozenset(
    {
        *namesOf(SocketConstructorOpts),
        "objectMode",
        "readableHighWaterMark",
        "readableObjectMode",
        "writableHighWaterMark",
        "writableObjectMode",
    }
)

_NOTHING: Mapping[str, Any] = {}


def isBag(value: Any) -> bool:
    """True for anything that holds options: a mapping or a record."""
    return type(value) is dict or isinstance(value, (Mapping, Record))


def merge(options: Any, keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    """Merges an option bag with keyword arguments; see `coercion.optionsOf` for what holds options besides bags."""
    if options is None:
        return keywords or _NOTHING
    if not isBag(options):
        return optionsOf(options, keywords)
    return {**options, **keywords} if keywords or isinstance(options, Record) else options
