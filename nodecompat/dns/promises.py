"""`dns.promises` of Node 26: the same look-ups and queries, each returning a Deferred.

A wrong argument raises at once; everything else fails the Deferred. Cancelling it cancels the lookup.

Node: https://nodejs.org/api/dns.html#dns-promises-api
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from twisted.internet.defer import Deferred

from ..optionbags import named
from ..reactor.loop.promised import Promised
from ..reactor.names.queries import Query
from ..validators import validateString
from . import codes
from .codes import *  # noqa: F403
from .default import defaultResolver, function, getServers, setServers
from .lookups import getDefaultResultOrder, setDefaultResultOrder, settle
from .lookups import lookupPromise as lookup
from .lookups import lookupServicePromise as lookupService
from .records import AnyRecord, CaaRecord, MxRecord, NaptrRecord, SoaRecord, SrvRecord, TlsaRecord
from .resolver import Done, ResolverBase, addressesOf, checkedType, checkName

__all__ = [
    "Resolver",
    "getDefaultResultOrder",
    "getServers",
    "lookup",
    "lookupService",
    "resolve",
    "resolve4",
    "resolve6",
    "resolveAny",
    "resolveCaa",
    "resolveCname",
    "resolveMx",
    "resolveNaptr",
    "resolveNs",
    "resolvePtr",
    "resolveSoa",
    "resolveSrv",
    "resolveTlsa",
    "resolveTxt",
    "reverse",
    "setDefaultResultOrder",
    "setServers",
]
__all__ += codes.__all__


class Resolver(ResolverBase):
    """A resolver with its own servers and settings, whose methods return Deferreds.

    Args: options: ResolverOptions.
    Raises: by each method ERR_INVALID_ARG_TYPE, and ERR_INVALID_ARG_VALUE for a NUL in the name.
    Node: https://nodejs.org/api/dns.html#class-dnspromisesresolver
    """

    __slots__ = ()

    def resolve(self, hostname: str, rrtype: str = "A") -> Deferred[Any]:
        """Fires with records of a type, as the method for the type.

        Node: https://nodejs.org/api/dns.html#dnspromisesresolvehostname-rrtype
        """
        return self._ask_(checkedType(rrtype), hostname)

    @named
    def resolve4(self, hostname: str, options: Any = None, *, ttl: bool = False) -> Deferred[Any]:
        """Fires with IPv4 addresses, or RecordWithTtl.

        Node: https://nodejs.org/api/dns.html#dnspromisesresolve4hostname-options
        """
        return self._ask_("A", hostname, addressesOf(options, ttl))

    @named
    def resolve6(self, hostname: str, options: Any = None, *, ttl: bool = False) -> Deferred[Any]:
        """Fires with IPv6 addresses, or RecordWithTtl.

        Node: https://nodejs.org/api/dns.html#dnspromisesresolve6hostname-options
        """
        return self._ask_("AAAA", hostname, addressesOf(options, ttl))

    def resolveAny(self, hostname: str) -> Deferred[list[AnyRecord]]:
        """Fires with records of all types: a list of Any…Record.

        Node: https://nodejs.org/api/dns.html#dnspromisesresolveanyhostname
        """
        return self._ask_("ANY", hostname)

    def resolveCaa(self, hostname: str) -> Deferred[list[CaaRecord]]:
        """Fires with who may issue certificates: a list of CaaRecord.

        Node: https://nodejs.org/api/dns.html#dnspromisesresolvecaahostname
        """
        return self._ask_("CAA", hostname)

    def resolveCname(self, hostname: str) -> Deferred[list[str]]:
        """Fires with what this is an alias of: a list of str.

        Node: https://nodejs.org/api/dns.html#dnspromisesresolvecnamehostname
        """
        return self._ask_("CNAME", hostname)

    def resolveMx(self, hostname: str) -> Deferred[list[MxRecord]]:
        """Fires with mail exchanges: a list of MxRecord.

        Node: https://nodejs.org/api/dns.html#dnspromisesresolvemxhostname
        """
        return self._ask_("MX", hostname)

    def resolveNaptr(self, hostname: str) -> Deferred[list[NaptrRecord]]:
        """Fires with authority pointers: a list of NaptrRecord.

        Node: https://nodejs.org/api/dns.html#dnspromisesresolvenaptrhostname
        """
        return self._ask_("NAPTR", hostname)

    def resolveNs(self, hostname: str) -> Deferred[list[str]]:
        """Fires with name servers: a list of str. Node: https://nodejs.org/api/dns.html#dnspromisesresolvenshostname"""
        return self._ask_("NS", hostname)

    def resolvePtr(self, hostname: str) -> Deferred[list[str]]:
        """Fires with pointers: a list of str. Node: https://nodejs.org/api/dns.html#dnspromisesresolveptrhostname"""
        return self._ask_("PTR", hostname)

    def resolveSoa(self, hostname: str) -> Deferred[SoaRecord]:
        """Fires with the start of authority: a SoaRecord.

        Node: https://nodejs.org/api/dns.html#dnspromisesresolvesoahostname
        """
        return self._ask_("SOA", hostname)

    def resolveSrv(self, hostname: str) -> Deferred[list[SrvRecord]]:
        """Fires with where a service is: a list of SrvRecord.

        Node: https://nodejs.org/api/dns.html#dnspromisesresolvesrvhostname
        """
        return self._ask_("SRV", hostname)

    def resolveTlsa(self, hostname: str) -> Deferred[list[TlsaRecord]]:
        """Fires with certificate associations: a list of TlsaRecord.

        Node: https://nodejs.org/api/dns.html#dnspromisesresolvetlsahostname
        """
        return self._ask_("TLSA", hostname)

    def resolveTxt(self, hostname: str) -> Deferred[list[list[str]]]:
        """Fires with texts: a list of lists of str.

        Node: https://nodejs.org/api/dns.html#dnspromisesresolvetxthostname
        """
        return self._ask_("TXT", hostname)

    def reverse(self, ip: str) -> Deferred[list[str]]:
        """Fires with the names of an address; fails with EINVAL for what is none.

        Node: https://nodejs.org/api/dns.html#dnspromisesreverseip
        """
        validateString(ip, "name")
        return _promise(lambda done: self._reverse_(ip, done))

    def _ask_(self, type: str, hostname: Any, convert: Any = None) -> Deferred[Any]:
        checkName(hostname)
        return _promise(lambda done: self._query_(type, hostname, done, convert))


def _promise(start: Callable[[Done], Query | None]) -> Deferred[Any]:
    """A Deferred for the query that `start` starts."""
    query: Query | None = None
    promise: Deferred[Any] = Promised(lambda _: query.drop() if query is not None else None)
    try:
        query = start(lambda error, result: settle(promise, error, result))
    except OSError as error:
        settle(promise, error, None)
    return promise


def _resolver() -> Resolver:
    """A resolver on the servers of the default one."""
    resolver = Resolver()
    resolver._channel_ = defaultResolver()._ready_()
    resolver._ownServers_ = True
    return resolver


resolve: Final = function(Resolver.resolve, _resolver)
resolve4: Final = function(Resolver.resolve4, _resolver)
resolve6: Final = function(Resolver.resolve6, _resolver)
resolveAny: Final = function(Resolver.resolveAny, _resolver)
resolveCaa: Final = function(Resolver.resolveCaa, _resolver)
resolveCname: Final = function(Resolver.resolveCname, _resolver)
resolveMx: Final = function(Resolver.resolveMx, _resolver)
resolveNaptr: Final = function(Resolver.resolveNaptr, _resolver)
resolveNs: Final = function(Resolver.resolveNs, _resolver)
resolvePtr: Final = function(Resolver.resolvePtr, _resolver)
resolveSoa: Final = function(Resolver.resolveSoa, _resolver)
resolveSrv: Final = function(Resolver.resolveSrv, _resolver)
resolveTlsa: Final = function(Resolver.resolveTlsa, _resolver)
resolveTxt: Final = function(Resolver.resolveTxt, _resolver)
reverse: Final = function(Resolver.reverse, _resolver)
