"""What `dns.lookup` and `dns.lookupService` find: apart from `records.py`, which every program would load with it."""

from __future__ import annotations

from dataclasses import dataclass

from ..records import Record


@dataclass(frozen=True, slots=True)
class LookupAddress(Record):
    """An address that `lookup()` found; `family` is 4 or 6.

    Node: https://nodejs.org/api/dns.html#dnslookuphostname-options-callback
    """

    address: str
    family: int


@dataclass(frozen=True, slots=True)
class LookupServiceResult(Record):
    """What `promises.lookupService()` found.

    Node: https://nodejs.org/api/dns.html#dnspromiseslookupserviceaddress-port
    """

    hostname: str
    service: str
