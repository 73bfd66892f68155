"""What `dns` answers with: frozen records with Node's field names, subscriptable by them as well."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..records import Record


@dataclass(frozen=True, slots=True)
class RecordWithTtl(Record):
    """An address with its time to live, in seconds.

    Node: https://nodejs.org/api/dns.html#dnsresolve4hostname-options-callback
    """

    address: str
    ttl: int


@dataclass(frozen=True, slots=True)
class CaaRecord(Record):
    """Who may issue certificates; of the five last fields one is set.

    Node: https://nodejs.org/api/dns.html#dnsresolvecaahostname-callback
    """

    critical: int
    issue: str | None = None
    issuewild: str | None = None
    iodef: str | None = None
    contactemail: str | None = None
    contactphone: str | None = None


@dataclass(frozen=True, slots=True)
class MxRecord(Record):
    """A mail exchange. Node: https://nodejs.org/api/dns.html#dnsresolvemxhostname-callback"""

    priority: int
    exchange: str


@dataclass(frozen=True, slots=True)
class NaptrRecord(Record):
    """A rule of the naming authority. Node: https://nodejs.org/api/dns.html#dnsresolvenaptrhostname-callback"""

    flags: str
    service: str
    regexp: str
    replacement: str
    order: int
    preference: int


@dataclass(frozen=True, slots=True)
class SoaRecord(Record):
    """The start of authority; times in seconds. Node: https://nodejs.org/api/dns.html#dnsresolvesoahostname-callback"""

    nsname: str
    hostmaster: str
    serial: int
    refresh: int
    retry: int
    expire: int
    minttl: int


@dataclass(frozen=True, slots=True)
class SrvRecord(Record):
    """Where a service is. Node: https://nodejs.org/api/dns.html#dnsresolvesrvhostname-callback"""

    priority: int
    weight: int
    port: int
    name: str


@dataclass(frozen=True, slots=True)
class TlsaRecord(Record):
    """A certificate association; `data` is bytes.

    Node: https://nodejs.org/api/dns.html#dnsresolvetlsahostname-callback
    """

    certUsage: int
    selector: int
    match: int
    data: bytes


@dataclass(frozen=True, slots=True)
class AnyARecord(RecordWithTtl):
    """An A record in the answer of `resolveAny()`.

    Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
    """

    type: str = field(default="A", kw_only=True)


@dataclass(frozen=True, slots=True)
class AnyAaaaRecord(RecordWithTtl):
    """An AAAA record in the answer of `resolveAny()`.

    Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
    """

    type: str = field(default="AAAA", kw_only=True)


@dataclass(frozen=True, slots=True)
class AnyCaaRecord(CaaRecord):
    """A CAA record in the answer of `resolveAny()`.

    Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
    """

    type: str = field(default="CAA", kw_only=True)


@dataclass(frozen=True, slots=True)
class AnyMxRecord(MxRecord):
    """An MX record in the answer of `resolveAny()`.

    Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
    """

    type: str = field(default="MX", kw_only=True)


@dataclass(frozen=True, slots=True)
class AnyNaptrRecord(NaptrRecord):
    """A NAPTR record in the answer of `resolveAny()`.

    Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
    """

    type: str = field(default="NAPTR", kw_only=True)


@dataclass(frozen=True, slots=True)
class AnySoaRecord(SoaRecord):
    """A SOA record in the answer of `resolveAny()`.

    Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
    """

    type: str = field(default="SOA", kw_only=True)


@dataclass(frozen=True, slots=True)
class AnySrvRecord(SrvRecord):
    """An SRV record in the answer of `resolveAny()`.

    Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
    """

    type: str = field(default="SRV", kw_only=True)


@dataclass(frozen=True, slots=True)
class AnyTlsaRecord(TlsaRecord):
    """A TLSA record in the answer of `resolveAny()`.

    Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
    """

    type: str = field(default="TLSA", kw_only=True)


@dataclass(frozen=True, slots=True)
class AnyTxtRecord(Record):
    """A TXT record in the answer of `resolveAny()`.

    Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
    """

    entries: list[str]
    type: str = field(default="TXT", kw_only=True)


@dataclass(frozen=True, slots=True)
class AnyNsRecord(Record):
    """An NS record in the answer of `resolveAny()`.

    Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
    """

    value: str
    type: str = field(default="NS", kw_only=True)


@dataclass(frozen=True, slots=True)
class AnyPtrRecord(Record):
    """A PTR record in the answer of `resolveAny()`.

    Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
    """

    value: str
    type: str = field(default="PTR", kw_only=True)


@dataclass(frozen=True, slots=True)
class AnyCnameRecord(Record):
    """A CNAME record in the answer of `resolveAny()`.

    Node: https://nodejs.org/api/dns.html#dnsresolveanyhostname-callback
    """

    value: str
    type: str = field(default="CNAME", kw_only=True)


AnyRecord = (
    AnyARecord
    | AnyAaaaRecord
    | AnyCaaRecord
    | AnyCnameRecord
    | AnyMxRecord
    | AnyNaptrRecord
    | AnyNsRecord
    | AnyPtrRecord
    | AnySoaRecord
    | AnySrvRecord
    | AnyTlsaRecord
    | AnyTxtRecord
)
