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

    allowHalfOpen: bool
    blockList: BlockList
    fd: int
    handle: BoundSocket | Any
    highWaterMark: int
    keepAlive: bool
    keepAliveInitialDelay: float
    maxWritableLength: int  # not in Node: see departures
    noDelay: bool
    onread: OnReadOpts
    readable: bool
    signal: Any
    typeOfService: int
    writable: bool


class TcpSocketConnectOpts(TypedDict, total=False):
    """Options of `socket.connect` to a port.

    Node: https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
    """

    autoSelectFamily: bool
    autoSelectFamilyAttemptTimeout: int
    endpoint: Any  # not in Node: an IStreamClientEndpoint, or the description of one
    family: int
    hints: int
    host: str
    localAddress: str
    localPort: int
    lookup: Callable[..., Any]
    port: int | str


class IpcSocketConnectOpts(TypedDict, total=False):
    """Options of `socket.connect` to a path.

    Node: https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
    """

    path: str


class TcpNetConnectOpts(TcpSocketConnectOpts, SocketConstructorOpts, total=False):
    """Options of `net.connect` to a port.

    Node: https://nodejs.org/api/net.html#netcreateconnectionoptions-connectlistener
    """

    timeout: float


class SocketConnectOpts(TcpSocketConnectOpts, IpcSocketConnectOpts, total=False):
    """Options of `socket.connect`: those of a port, or those of a path.

    Node: https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
    """


class IpcNetConnectOpts(IpcSocketConnectOpts, SocketConstructorOpts, total=False):
    """Options of `net.connect` to a path.

    Node: https://nodejs.org/api/net.html#netcreateconnectionoptions-connectlistener
    """

    timeout: float


class NetConnectOpts(TcpNetConnectOpts, IpcNetConnectOpts, total=False):
    """Options of `net.connect`: those of a port, or those of a path.

    Node: https://nodejs.org/api/net.html#netcreateconnectionoptions-connectlistener
    """


class SetKeepAliveOptions(TypedDict, total=False):
    """Options of `socket.setKeepAlive`; times in milliseconds.

    Node: https://nodejs.org/api/net.html#socketsetkeepaliveoptions
    """

    count: int
    enable: bool
    initialDelay: float
    interval: float


class BoundSocketOptions(TypedDict, total=False):
    """Options of BoundSocket. Node: https://nodejs.org/api/net.html#new-netboundsocketoptions"""

    host: str
    ipv6Only: bool
    path: str
    port: int
    reusePort: bool


class ListenOptions(TypedDict, total=False):
    """Options of `server.listen`. Node: https://nodejs.org/api/net.html#serverlistenoptions-callback"""

    backlog: int
    endpoint: Any  # not in Node: an IStreamServerEndpoint, or the description of one
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
    takeOver: bool  # not in Node: replace a socket file that nobody listens on
    writableAll: bool


class ServerOpts(EventEmitterOptions, total=False):
    """Options of Server. Node: https://nodejs.org/api/net.html#netcreateserveroptions-connectionlistener"""

    allowHalfOpen: bool
    blockList: BlockList
    highWaterMark: int
    keepAlive: bool
    keepAliveInitialDelay: float
    maxWritableLength: int  # not in Node: see departures
    noDelay: bool
    pauseOnConnect: bool


class SocketAddressInitOptions(TypedDict, total=False):
    """Options of SocketAddress. Node: https://nodejs.org/api/net.html#new-netsocketaddressoptions"""

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
