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

    Node: https://nodejs.org/api/net.html#new-netsocketoptions
    """

    #: A writable buffer that is reused, or a function that returns one.
    buffer: Any
    #: Called with the number of bytes and the buffer; False pauses.
    callback: Callable[[int, Any], Any]


class SocketConstructorOpts(EventEmitterOptions, total=False):
    """Options of Socket. Node: https://nodejs.org/api/net.html#new-netsocketoptions"""

    #: Keep the writable side when the peer has ended; False by default.
    allowHalfOpen: bool
    #: Addresses that are not connected to; none by default.
    blockList: BlockList
    #: An open socket's descriptor to take over; none by default.
    fd: int
    #: A BoundSocket, or a handle of `nodecompat.reactor`; none by default.
    handle: BoundSocket | Any
    #: Bytes that are buffered on each side before the source is to wait; 65,536 by default.
    highWaterMark: int
    #: Let the kernel probe an idle peer; False by default.
    keepAlive: bool
    #: Milliseconds of silence before the first probe; 0, the default, leaves the system's.
    keepAliveInitialDelay: float
    #: Bytes that may wait to be written, beyond which a socket is destroyed; no limit by default. Not in Node.
    maxWritableLength: int
    #: Send small writes at once (TCP_NODELAY); False by default.
    noDelay: bool
    #: Put data into one buffer, in place of 'data'; off by default.
    onread: OnReadOpts
    #: The socket given as `fd` may be read from; True by default.
    readable: bool
    #: An AbortSignal that destroys the socket; none by default.
    signal: Any
    #: The IP type of service, 0 to 255; the system's by default.
    typeOfService: int
    #: The socket given as `fd` may be written to; True by default.
    writable: bool


class TcpSocketConnectOpts(TypedDict, total=False):
    """Options of `socket.connect` to a port.

    Node: https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
    """

    #: Try the addresses of both families in turn (RFC 8305); True by default.
    autoSelectFamily: bool
    #: Milliseconds for each address, at least 10; 500 by default.
    autoSelectFamilyAttemptTimeout: int
    #: An IStreamClientEndpoint, or the description of one; none by default. Not in Node.
    endpoint: Any
    #: 4, 6, or 0, the default, for either.
    family: int
    #: Flags of `dns.lookup`; 0 by default.
    hints: int
    #: A name or an address; "localhost" by default.
    host: str
    #: The address to connect from; the system's choice by default.
    localAddress: str
    #: The port to connect from; the system's choice by default.
    localPort: int
    #: `lookup(hostname, options, callback)`; `dns.lookup` by default.
    lookup: Callable[..., Any]
    #: The port to connect to, 0 to 65,535; there is no default.
    port: int | str


class IpcSocketConnectOpts(TypedDict, total=False):
    """Options of `socket.connect` to a path.

    Node: https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
    """

    #: The path of a Unix domain socket; there is no default.
    path: str


class TcpNetConnectOpts(TcpSocketConnectOpts, SocketConstructorOpts, total=False):
    """Options of `net.connect` to a port.

    Node: https://nodejs.org/api/net.html#netcreateconnectionoptions-connectlistener
    """

    #: Milliseconds of silence until 'timeout'; 0, the default, for never.
    timeout: float


class SocketConnectOpts(TcpSocketConnectOpts, IpcSocketConnectOpts, total=False):
    """Options of `socket.connect`: those of a port, or those of a path.

    Node: https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
    """


class IpcNetConnectOpts(IpcSocketConnectOpts, SocketConstructorOpts, total=False):
    """Options of `net.connect` to a path.

    Node: https://nodejs.org/api/net.html#netcreateconnectionoptions-connectlistener
    """

    #: Milliseconds of silence until 'timeout'; 0, the default, for never.
    timeout: float


class NetConnectOpts(TcpNetConnectOpts, IpcNetConnectOpts, total=False):
    """Options of `net.connect`: those of a port, or those of a path.

    Node: https://nodejs.org/api/net.html#netcreateconnectionoptions-connectlistener
    """


class SetKeepAliveOptions(TypedDict, total=False):
    """Options of `socket.setKeepAlive`; times in milliseconds.

    Node: https://nodejs.org/api/net.html#socketsetkeepaliveoptions
    """

    #: Probes without an answer until the connection counts as broken; 10 by default.
    count: int
    #: Whether to probe; False by default.
    enable: bool
    #: Milliseconds of silence before the first probe; 0, the default, leaves the system's.
    initialDelay: float
    #: Milliseconds between probes; 1000 by default.
    interval: float


class BoundSocketOptions(TypedDict, total=False):
    """Options of BoundSocket. Node: https://nodejs.org/api/net.html#new-netboundsocketoptions"""

    #: A numeric address; "0.0.0.0" by default, "::" with `ipv6Only`.
    host: str
    #: Refuse IPv4 on an IPv6 address; False by default.
    ipv6Only: bool
    #: The path of a Unix domain socket, in place of host and port; none by default.
    path: str
    #: 0, the default, for any that is free.
    port: int
    #: Let several sockets bind to the port, and the kernel share connections out; False by default.
    reusePort: bool


class ListenOptions(TypedDict, total=False):
    """Options of `server.listen`. Node: https://nodejs.org/api/net.html#serverlistenoptions-callback"""

    #: Connections that may wait to be accepted; 511 by default.
    backlog: int
    #: An IStreamServerEndpoint, or the description of one; none by default. Not in Node.
    endpoint: Any
    #: Of no effect: there is no cluster whose workers would share the port; False by default.
    exclusive: bool
    #: A descriptor that is listened on, or bound; none by default.
    fd: int
    #: A BoundSocket, or a handle of `nodecompat.reactor`; none by default.
    handle: BoundSocket | Any
    #: A name or an address; by default both families, "::".
    host: str
    #: Refuse IPv4 on an IPv6 address; False by default.
    ipv6Only: bool
    #: The path of a Unix domain socket; none by default.
    path: str
    #: 0, the default, for any that is free.
    port: int | str
    #: Everybody may read from the path; False by default.
    readableAll: bool
    #: Let several servers bind to the port, and the kernel share connections out; False by default.
    reusePort: bool
    #: An AbortSignal that closes the server; none by default.
    signal: Any
    #: Replace a socket file that nobody listens on; False by default. Not in Node.
    takeOver: bool
    #: Everybody may write to the path; False by default.
    writableAll: bool


class ServerOpts(EventEmitterOptions, total=False):
    """Options of Server. Node: https://nodejs.org/api/net.html#netcreateserveroptions-connectionlistener"""

    #: Keep a socket's writable side when its peer has ended; False by default.
    allowHalfOpen: bool
    #: Peers that are not let in; none by default.
    blockList: BlockList
    #: Of each socket, in bytes; 65,536 by default.
    highWaterMark: int
    #: Let the kernel probe idle peers; False by default.
    keepAlive: bool
    #: Milliseconds of silence before the first probe; 0, the default, leaves the system's.
    keepAliveInitialDelay: float
    #: Bytes that may wait to be written, beyond which a socket is destroyed; no limit by default. Not in Node.
    maxWritableLength: int
    #: Send small writes at once (TCP_NODELAY); False by default.
    noDelay: bool
    #: A new socket reads nothing until `resume()`; False by default.
    pauseOnConnect: bool


class SocketAddressInitOptions(TypedDict, total=False):
    """Options of SocketAddress. Node: https://nodejs.org/api/net.html#new-netsocketaddressoptions"""

    #: A numeric address; "127.0.0.1" or "::" by default.
    address: str
    #: "ipv4", the default, or "ipv6".
    family: str
    #: The IPv6 flow label, 0 to 1,048,575; 0 by default.
    flowlabel: int
    #: 0 to 65,535; 0 by default.
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
