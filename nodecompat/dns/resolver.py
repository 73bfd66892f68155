"""`dns.Resolver`: queries to name servers, with callbacks. The functions `dns.resolve*` are those of a default one.

Follows lib/internal/dns/utils.js and lib/internal/dns/callback_resolver.js of Node 26 by behaviour; the asking is
in `reactor/names/queries.py`. `ResolverBase` is shared with `dns.promises.Resolver`.

Differs: `reverse()` answers with all names that the hosts file has for an address, where c-ares leaves the first
out; a timeout is used as given, where c-ares waits at least 250 milliseconds.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ERR_DNS_SET_SERVERS_FAILED, ERR_INVALID_ARG_VALUE, NodeTypeError, dnsException, inspect
from ..events import fit
from ..ip import isIP
from ..optionbags import check, named
from ..reactor.loop import ticks
from ..reactor.names import queries as names
from ..reactor.names.queries import Channel, Query, Resource
from ..validators import isTruthy, validateFunction, validateInt32, validateString, validateUint32
from . import answers, codes
from .options import ResolverOptions, validateNoNul
from .servers import formatServer, hostsOf, parseServers, systemServers

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

Callback = Callable[..., object]
_Convert = Callable[[Sequence[Resource]], Any]
#: `done(error, result)`.
Done = Callable[[Any, Any], object]

#: For each type: Node's name of the query, and the conversion of its records.
QUESTIONS: dict[str, tuple[str, _Convert]] = {
    "A": ("queryA", answers.addresses),
    "AAAA": ("queryAaaa", answers.addresses),
    "ANY": ("queryAny", answers.anything),
    "CAA": ("queryCaa", answers.caa),
    "CNAME": ("queryCname", answers.alias),
    "MX": ("queryMx", answers.mx),
    "NAPTR": ("queryNaptr", answers.naptr),
    "NS": ("queryNs", answers.names),
    "PTR": ("queryPtr", answers.names),
    "SOA": ("querySoa", answers.soa),
    "SRV": ("querySrv", answers.srv),
    "TLSA": ("queryTlsa", answers.tlsa),
    "TXT": ("queryTxt", answers.texts),
}


class ResolverBase:
    """Servers and settings of a resolver.

    Args: options: ResolverOptions, as a mapping or as keywords: `timeout` (milliseconds, -1 for the default of two
        seconds), `tries` (4), `maxTimeout` (milliseconds, 0 for none).
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/dns.html#resolveroptions
    """

    __slots__ = ("_channel_", "_ownServers_")

    def __init__(self, options: ResolverOptions | Bag | None = None, **keywords: Unpack[ResolverOptions]) -> None:
        check(ResolverOptions, options, keywords)
        bag: dict[str, Any] = {**(options if isinstance(options, Mapping) else {}), **keywords}
        timeout, tries, longest = bag.get("timeout"), bag.get("tries"), bag.get("maxTimeout")
        if timeout is not None:
            validateInt32(timeout, "options.timeout", -1)
        if tries is not None:
            validateInt32(tries, "options.tries", 1)
        if longest is not None:
            validateUint32(longest, "options.maxTimeout")
        tries = names.DEFAULT_TRIES if tries is None else int(tries)
        self._channel_ = Channel([], -1 if timeout is None else int(timeout), tries, int(longest or 0))
        self._ownServers_ = False

    def getServers(self) -> list[str]:
        """The servers that are asked, as texts. Node: https://nodejs.org/api/dns.html#dnsgetservers"""
        return [formatServer(server) for server in self._ready_().servers]

    def setServers(self, servers: Sequence[str]) -> None:
        """Set the servers to query: "1.2.3.4", "1.2.3.4:53", "::1", "[::1]:53".

        Raises: ERR_INVALID_IP_ADDRESS, ERR_INVALID_ARG_TYPE, ERR_DNS_SET_SERVERS_FAILED while a query is under way.
        Node: https://nodejs.org/api/dns.html#dnssetserversservers
        """
        found = parseServers(servers)
        if self._channel_.queries:
            raise ERR_DNS_SET_SERVERS_FAILED("There are pending queries.", inspect(list(servers)))
        self._channel_.servers = found
        self._ownServers_ = True

    def setLocalAddress(self, ipv4: str | None = None, ipv6: str | None = None) -> None:
        """Set the local addresses of queries: one IPv4, one IPv6, or both, in any order.

        Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
        Node: https://nodejs.org/api/dns.html#resolversetlocaladdressipv4-ipv6
        """
        validateString(ipv4, "ipv4")
        if ipv6 is not None:
            validateString(ipv6, "ipv6")
        chosen: dict[str, str] = {}
        for address in (ipv4, ipv6):
            if address is None:
                continue
            if not isIP(address):
                raise _invalidAddress("Invalid IP address.")
            family = f"IPv{isIP(address)}"
            if family in chosen:
                raise _invalidAddress(f"Cannot specify two {family} addresses.")
            chosen[family] = address
        self._channel_.localAddresses = {"IPv4": "0.0.0.0", "IPv6": "::", **chosen}

    def cancel(self) -> None:
        """Cancel all pending queries: they fail with ECANCELLED.

        Node: https://nodejs.org/api/dns.html#resolvercancel
        """
        self._channel_.cancel()

    def _ready_(self) -> Channel:
        """The channel; the system's servers are read on first use."""
        if not self._ownServers_:
            self._channel_.servers = systemServers()
            self._ownServers_ = True
        return self._channel_

    def _query_(self, type: str, hostname: str, done: Done, convert: _Convert | None = None) -> Query:
        """Ask for records: `done(error, result)` follows."""
        syscall, usual = QUESTIONS[type]
        convert = convert or usual

        def answered(status: int, found: list[Resource]) -> None:
            wanted = _wanted(type, found)
            if not status and not wanted:
                status = names.NODATA
            if status:
                done(dnsException(_code(status), syscall, hostname or None), None)
            else:
                done(None, convert(wanted))

        return self._ready_().query(hostname, type, answered)

    def _reverse_(self, address: str, done: Done) -> Query | None:
        """Ask for the names of an address, first in the hosts file."""
        if not isIP(address):
            raise dnsException(-errno.EINVAL, "getHostByAddr", address)
        known = hostsOf(address)
        if known:
            ticks.queueCheck(done, None, known)
            return None

        def answered(status: int, found: list[Resource]) -> None:
            pointers = [each for each in found if each.type == "PTR"]
            if not status and not pointers:
                status = names.NODATA
            if status:
                done(dnsException(_code(status), "getHostByAddr", address), None)
            else:
                done(None, answers.names(pointers))

        return self._ready_().query(_reversed(address), "PTR", answered)


class Resolver(ResolverBase):
    """A resolver with its own servers and settings.

    A callback gets `(error, result)`. Names are queried as given: neither the hosts file nor search domains are used.

    Args: options: ResolverOptions.
    Raises: by each method ERR_INVALID_ARG_TYPE, and ERR_INVALID_ARG_VALUE for a NUL in the name.
    Node: https://nodejs.org/api/dns.html#class-dnsresolver
    """

    __slots__ = ()

    def resolve(self, hostname: str, rrtype: Any = None, callback: Callback | None = None) -> None:
        """Ask for records of a type, "A" by default; the result is as that of the method for the type.

        Node: https://nodejs.org/api/dns.html#dnsresolvehostname-rrtype-callback
        """
        if callable(rrtype):
            rrtype, callback = None, rrtype
        if rrtype is None and callback is not None:
            rrtype = "A"
        self._ask_(checkedType(rrtype), hostname, callback)

    @named
    def resolve4(
        self, hostname: str, options: Any = None, callback: Callback | None = None, *, ttl: bool = False
    ) -> None:
        """Ask for IPv4 addresses, as RecordWithTtl with `ttl`.

        Node: https://nodejs.org/api/dns.html#dnsresolve4hostname-options-callback
        """
        self._askAddresses_("A", hostname, options, callback, ttl)

    @named
    def resolve6(
        self, hostname: str, options: Any = None, callback: Callback | None = None, *, ttl: bool = False
    ) -> None:
        """Ask for IPv6 addresses, as RecordWithTtl with `ttl`.

        Node: https://nodejs.org/api/dns.html#dnsresolve6hostname-options-callback
        """
        self._askAddresses_("AAAA", hostname, options, callback, ttl)

    def resolveAny(self, hostname: str, callback: Callback) -> None:
        """Ask for records of all types: a list of Any…Record.

        Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
        """
        self._ask_("ANY", hostname, callback)

    def resolveCaa(self, hostname: str, callback: Callback) -> None:
        """Ask who may issue certificates: a list of CaaRecord.

        Node: https://nodejs.org/api/dns.html#dnsresolvecaahostname-callback
        """
        self._ask_("CAA", hostname, callback)

    def resolveCname(self, hostname: str, callback: Callback) -> None:
        """Ask for the name that this is an alias of: a list of str.

        Node: https://nodejs.org/api/dns.html#dnsresolvecnamehostname-callback
        """
        self._ask_("CNAME", hostname, callback)

    def resolveMx(self, hostname: str, callback: Callback) -> None:
        """Ask for mail exchanges: a list of MxRecord.

        Node: https://nodejs.org/api/dns.html#dnsresolvemxhostname-callback
        """
        self._ask_("MX", hostname, callback)

    def resolveNaptr(self, hostname: str, callback: Callback) -> None:
        """Ask for naming authority pointers: a list of NaptrRecord.

        Node: https://nodejs.org/api/dns.html#dnsresolvenaptrhostname-callback
        """
        self._ask_("NAPTR", hostname, callback)

    def resolveNs(self, hostname: str, callback: Callback) -> None:
        """Ask for name servers: a list of str. Node: https://nodejs.org/api/dns.html#dnsresolvenshostname-callback"""
        self._ask_("NS", hostname, callback)

    def resolvePtr(self, hostname: str, callback: Callback) -> None:
        """Ask for pointers: a list of str. Node: https://nodejs.org/api/dns.html#dnsresolveptrhostname-callback"""
        self._ask_("PTR", hostname, callback)

    def resolveSoa(self, hostname: str, callback: Callback) -> None:
        """Ask for the start of authority: a SoaRecord.

        Node: https://nodejs.org/api/dns.html#dnsresolvesoahostname-callback
        """
        self._ask_("SOA", hostname, callback)

    def resolveSrv(self, hostname: str, callback: Callback) -> None:
        """Ask where a service is: a list of SrvRecord.

        Node: https://nodejs.org/api/dns.html#dnsresolvesrvhostname-callback
        """
        self._ask_("SRV", hostname, callback)

    def resolveTlsa(self, hostname: str, callback: Callback) -> None:
        """Ask for certificate associations: a list of TlsaRecord.

        Node: https://nodejs.org/api/dns.html#dnsresolvetlsahostname-callback
        """
        self._ask_("TLSA", hostname, callback)

    def resolveTxt(self, hostname: str, callback: Callback) -> None:
        """Ask for texts: a list of lists of str.

        Node: https://nodejs.org/api/dns.html#dnsresolvetxthostname-callback
        """
        self._ask_("TXT", hostname, callback)

    def reverse(self, ip: str, callback: Callback) -> None:
        """Ask for the names of an address: a list of str.

        Raises: EINVAL for what is no address.
        Node: https://nodejs.org/api/dns.html#dnsreverseip-callback
        """
        validateString(ip, "name")
        validateFunction(callback, "callback")
        self._reverse_(ip, fit(callback, 2))

    def _ask_(self, type: str, hostname: Any, callback: Any, convert: _Convert | None = None) -> None:
        checkName(hostname)
        validateFunction(callback, "callback")
        self._query_(type, hostname, fit(callback, 2), convert)

    def _askAddresses_(self, type: str, hostname: Any, options: Any, callback: Any, ttl: bool) -> None:
        if callback is None and not isinstance(options, Mapping):
            options, callback = None, options
        self._ask_(type, hostname, callback, addressesOf(options, ttl))


def addressesOf(options: Any, ttl: bool) -> _Convert:
    """The form of addresses: plain, or with their time to live."""
    if isinstance(options, Mapping):
        ttl = ttl or isTruthy(options.get("ttl"))
    return answers.addressesWithTtl if ttl else answers.addresses


def checkedType(rrtype: Any) -> str:
    """Reject an unknown record type."""
    validateString(rrtype, "rrtype")
    if rrtype not in QUESTIONS:
        raise ERR_INVALID_ARG_VALUE("rrtype", rrtype)
    return str(rrtype)


def checkName(hostname: Any) -> None:
    """Reject an invalid name."""
    validateString(hostname, "name")
    validateNoNul(hostname)


def _wanted(type: str, found: list[Resource]) -> list[Resource]:
    """The relevant records: of the requested type and, for addresses, the aliases on the way."""
    if type == "ANY":
        return found
    kinds = (type, "CNAME") if type in ("A", "AAAA") else (type,)
    return [each for each in found if each.type in kinds]


#: Node's codes for the statuses of c-ares from 1 on, in the order of their definitions.
_CODES: list[str] = [code for name, code in vars(codes).items() if name.isupper()]


def _code(status: int) -> str:
    """Node's code for a status of c-ares."""
    return _CODES[status - 1] if status <= len(_CODES) else "UNKNOWN_ARES_ERROR"


def _invalidAddress(message: str) -> NodeTypeError:
    return NodeTypeError(message, code="ERR_INVALID_ARG_VALUE")


def _reversed(address: str) -> str:
    """The name to query for the names of an address."""
    if ":" not in address:
        return ".".join(reversed(address.split("."))) + ".in-addr.arpa"
    digits = socket.inet_pton(socket.AF_INET6, address.partition("%")[0]).hex()
    return ".".join(reversed(digits)) + ".ip6.arpa"
