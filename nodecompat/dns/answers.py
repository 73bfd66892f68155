"""The result of a query: an answer's records as Node shows them, by type of query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..reactor.names.queries import Resource
from . import records as r

#: The largest time to live, in seconds: 31 bits.
MAX_TTL = 2**31 - 1
#: The tags of CAA records that Node shows as a property.
_CAA_TAGS = ("issue", "issuewild", "iodef", "contactemail", "contactphone")


def addresses(found: Sequence[Resource]) -> list[str]:
    """Addresses alone."""
    return [resource.fields[0] for resource in found if resource.type != "CNAME"]


def addressesWithTtl(found: Sequence[Resource]) -> list[r.RecordWithTtl]:
    """Addresses, each with its time to live: no longer than that of the aliases leading to it."""
    limit = min([resource.ttl for resource in found if resource.type == "CNAME"], default=MAX_TTL)
    return [
        r.RecordWithTtl(resource.fields[0], min(resource.ttl, limit)) for resource in found if resource.type != "CNAME"
    ]


def alias(found: Sequence[Resource]) -> list[str]:
    """The target of an alias: one name, though the answer may continue from there."""
    return [found[0].fields[0]]


def names(found: Sequence[Resource]) -> list[str]:
    """The names in NS and PTR records."""
    return [resource.fields[0] for resource in found]


def texts(found: Sequence[Resource]) -> list[list[str]]:
    """TXT records, each a list of its strings."""
    return [_strings(resource) for resource in found]


def soa(found: Sequence[Resource]) -> r.SoaRecord:
    """The start of authority: a single record."""
    return r.SoaRecord(*found[0].fields)


def anything(found: Sequence[Resource]) -> list[r.AnyRecord]:
    """Records of all types, each with its `type`; grouped by type, as Node does."""
    return [made for type in _ANY for resource in found if resource.type == type and (made := _ANY[type](resource))]


def _strings(resource: Resource) -> list[str]:
    return [part.decode("latin-1") for part in resource.fields]


def _caa(cls: Any) -> Callable[[Resource], Any]:
    def make(resource: Resource) -> Any:
        flags, tag, value = resource.fields
        return cls(flags, **{tag: value} if tag in _CAA_TAGS else {})

    return make


def _naptr(cls: Any) -> Callable[[Resource], Any]:
    def make(resource: Resource) -> Any:
        order, preference, flags, service, regexp, replacement = resource.fields
        return cls(flags, service, regexp, replacement, order, preference)

    return make


def _each(make: Callable[[Resource], Any]) -> Callable[[Sequence[Resource]], list[Any]]:
    return lambda found: [make(resource) for resource in found]


def _plain(cls: Any) -> Callable[[Resource], Any]:
    """The record's fields are those of the answer."""
    return lambda resource: cls(*resource.fields)


#: The form of each type in the result of `resolveAny`, in Node's order of types.
_ANY: dict[str, Callable[[Resource], Any]] = {
    "A": lambda resource: r.AnyARecord(resource.fields[0], resource.ttl),
    "CNAME": _plain(r.AnyCnameRecord),
    "AAAA": lambda resource: r.AnyAaaaRecord(resource.fields[0], resource.ttl),
    "MX": _plain(r.AnyMxRecord),
    "NS": _plain(r.AnyNsRecord),
    "TXT": lambda resource: r.AnyTxtRecord(_strings(resource)),
    "SRV": _plain(r.AnySrvRecord),
    "PTR": _plain(r.AnyPtrRecord),
    "NAPTR": _naptr(r.AnyNaptrRecord),
    "SOA": _plain(r.AnySoaRecord),
    "TLSA": _plain(r.AnyTlsaRecord),
    "CAA": _caa(r.AnyCaaRecord),
}

# Node 26 includes the `type` of these three in their own queries too.
caa: Callable[..., Any] = _each(_caa(r.AnyCaaRecord))
mx: Callable[..., Any] = _each(_plain(r.AnyMxRecord))
srv: Callable[..., Any] = _each(_plain(r.AnySrvRecord))
naptr: Callable[..., Any] = _each(_naptr(r.NaptrRecord))
tlsa: Callable[..., Any] = _each(_plain(r.TlsaRecord))
