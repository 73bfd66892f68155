"""The fields of an X.509 certificate, read from its DER.

What a certificate says badly (an extension that is none, a date that does not exist) is as if it were not there, as in
Node: `isValid` is False then, and nobody trusts it as an authority.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from .der import BIT_STRING, BOOLEAN, INTEGER, OCTET_STRING, OID, SEQUENCE, Element, first, only
from .names import GeneralName, Name

__all__ = ["Moment", "Parsed"]

_Value = TypeVar("_Value")

_KEY_IDENTIFIER, _KEY_USAGE, _ALT_NAME, _BASIC_CONSTRAINTS = "2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19"
_NAME_CONSTRAINTS, _AUTHORITY_IDENTIFIER, _EXTENDED_USAGE = "2.5.29.30", "2.5.29.35", "2.5.29.37"
_INFO_ACCESS, _NETSCAPE_TYPE = "1.3.6.1.5.5.7.1.1", "2.16.840.1.113730.1.1"
#: Bits of keyUsage.
CERT_SIGN = 0x0004
DIGITAL_SIGNATURE = 0x0080

_UTC_TIME = 0x17
_DAY_AND_ZONE = (
    rb"(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)%s(?:Z|(?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d))"
)
_isUtcTime = re.compile(rb"(?P<year>\d\d)" + _DAY_AND_ZONE % rb"(?P<second>\d\d)?(?P<fraction>)").fullmatch
_isTime = re.compile(rb"(?P<year>\d{4})" + _DAY_AND_ZONE % rb"(?:(?P<second>\d\d)(?P<fraction>\.\d+)?)?").fullmatch
_FIELDS = ("month", "day", "hour", "minute", "second")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class Moment:
    """A date of a certificate.

    text: "Nov 28 08:00:35 2026 GMT", or "Bad time value". date: in UTC, None for a bad one.
    """

    __slots__ = ("date", "text")

    def __init__(self, element: Element) -> None:
        self.date: datetime.datetime | None = None
        self.text: str = "Bad time value"
        match = (_isUtcTime if element.tag == _UTC_TIME else _isTime)(element.content)
        if match is None:
            return
        year = int(match["year"])
        if element.tag == _UTC_TIME:
            year += 1900 if year >= 50 else 2000
        month, day, hour, minute, second = (int(match[each] or 0) for each in _FIELDS)
        try:
            date = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.timezone.utc)
            if match["sign"]:
                hours, minutes = int(match["hours"]), int(match["minutes"])
                if hours > 12 or minutes > 59:
                    return
                shift = datetime.timedelta(hours=hours, minutes=minutes)
                date = date - shift if match["sign"] == b"+" else date + shift
        except (ValueError, OverflowError):
            return
        fraction = (match["fraction"] or b"").decode()
        self.date = date
        time = f"{date.hour:02}:{date.minute:02}:{date.second:02}{fraction}"
        self.text = f"{_MONTHS[date.month - 1]} {date.day:2} {time} {date.year} GMT"


class Parsed:
    """One certificate.

    Raises:
        ValueError: this is no certificate.
    """

    def __init__(self, der: bytes) -> None:
        body, algorithm, signature = only(der, SEQUENCE).parts
        self.der = der
        self.signed: bytes = body.whole
        self.signature: bytes = signature.bits
        self.algorithm: str = algorithm.parts[0].oid
        self.parameters: list[Element] = algorithm.parts[1:]
        fields = body.parts
        self.version: int = fields.pop(0).parts[0].integer if fields[0].tag == 0xA0 else 0
        serial, inner, issuer, dates, subject, key = fields[:6]
        self.signedAlgorithm: str = inner.parts[0].oid
        self.isConsistent: bool = inner.whole == algorithm.whole  # else no signature is right
        self.serial: int = serial.integer
        self._issuer, self._subject = issuer, subject
        self._notBefore, self._notAfter = dates.parts
        self.key: bytes = key.whole
        self._extensions: dict[str, list[Element]] = {}
        if fields[-1].tag == 0xA3:
            for each in fields[-1].parts[0].parts:
                extension = each.parts
                self._extensions.setdefault(extension[0].oid, []).append(extension[-1].flat)

    @cached_property
    def issuer(self) -> Name:
        return Name(self._issuer)

    @cached_property
    def subject(self) -> Name:
        return Name(self._subject)

    @cached_property
    def notBefore(self) -> Moment:
        return Moment(self._notBefore)

    @cached_property
    def notAfter(self) -> Moment:
        return Moment(self._notAfter)

    def has(self, oid: str) -> bool:
        return oid in self._extensions

    def _extension(self, oid: str, read: Callable[[bytes], _Value]) -> _Value | None:
        """What an extension says; None where it is not there, is no such thing, or is there twice."""
        found = self._extensions.get(oid, ())
        return _tried(read, found[0].content) if len(found) == 1 else None

    # -- extensions

    @cached_property
    def altNames(self) -> list[GeneralName] | None:
        return self._first(_ALT_NAME, _generalNames)

    @property
    def soleAltNames(self) -> list[GeneralName]:
        """The entries of subjectAltName that count: none where it is there twice."""
        return (self.altNames or []) if len(self._extensions.get(_ALT_NAME, ())) == 1 else []

    @cached_property
    def infoAccess(self) -> list[tuple[str, GeneralName]] | None:
        return self._first(_INFO_ACCESS, _accessDescriptions)

    def _first(self, oid: str, read: Callable[[bytes], _Value]) -> _Value | None:
        found = self._extensions.get(oid)
        return _tried(read, found[0].content) if found else None

    @cached_property
    def extendedUsage(self) -> list[str] | None:
        return self._extension(_EXTENDED_USAGE, _oids)

    @cached_property
    def usage(self) -> int | None:
        return self._extension(_KEY_USAGE, _usageBits)

    @cached_property
    def keyIdentifier(self) -> bytes | None:
        return self._extension(_KEY_IDENTIFIER, lambda data: first(data, OCTET_STRING).content)

    @cached_property
    def authority(self) -> dict[int, Element] | None:
        """authorityKeyIdentifier: by the numbers of its tags."""
        return self._extension(
            _AUTHORITY_IDENTIFIER, lambda data: {each.tag & 0x1F: each for each in first(data, SEQUENCE).parts}
        )

    @cached_property
    def constraints(self) -> tuple[bool, int | None] | None:
        """basicConstraints: is it an authority, and how long may a path below it be."""
        return self._extension(_BASIC_CONSTRAINTS, _constraints)

    @cached_property
    def isValid(self) -> bool:
        """Is every extension that matters to a chain what it should be?"""
        known = {
            _ALT_NAME: self.altNames,
            _EXTENDED_USAGE: self.extendedUsage,
            _KEY_USAGE: self.usage,
            _KEY_IDENTIFIER: self.keyIdentifier,
            _AUTHORITY_IDENTIFIER: self.authority,
            _BASIC_CONSTRAINTS: self.constraints,
            _NETSCAPE_TYPE: self._extension(_NETSCAPE_TYPE, lambda data: first(data, BIT_STRING)),
            _NAME_CONSTRAINTS: self._extension(_NAME_CONSTRAINTS, lambda data: first(data, SEQUENCE)),
        }
        if any(self.has(oid) and (value is None or len(self._extensions[oid]) > 1) for oid, value in known.items()):
            return False
        return self.usage != 0 and (self.constraints is None or (self.constraints[1] or 0) >= 0)

    @property
    def isAuthority(self) -> bool:
        """May it sign others?"""
        mayNot = self.usage is not None and not self.usage & CERT_SIGN
        return self.isValid and not mayNot and self.constraints is not None and self.constraints[0]


def _tried(read: Callable[[bytes], _Value], data: bytes) -> _Value | None:
    try:
        return read(data)
    except (ValueError, IndexError):
        return None


def _generalNames(data: bytes) -> list[GeneralName]:
    return [GeneralName(each) for each in first(data, SEQUENCE).parts]


def _accessDescriptions(data: bytes) -> list[tuple[str, GeneralName]]:
    found = []
    for each in first(data, SEQUENCE).parts:
        method, place = each.sequence()
        found.append((method.oid, GeneralName(place)))
    return found


def _oids(data: bytes) -> list[str]:
    found = first(data, SEQUENCE).parts
    if any(each.tag != OID for each in found):
        raise ValueError("no object identifier")
    return [each.oid for each in found]


def _usageBits(data: bytes) -> int:
    octets = first(data, BIT_STRING).bits
    return int.from_bytes(octets[:2], "little")


def _constraints(data: bytes) -> tuple[bool, int | None]:
    fields = first(data, SEQUENCE).parts
    isAuthority = False
    if fields and fields[0].tag == BOOLEAN:
        flag = fields.pop(0).content
        if len(flag) != 1:
            raise ValueError("no boolean")
        isAuthority = flag != b"\0"
    length = fields.pop(0) if fields and fields[0].tag == INTEGER else None
    if fields:
        raise ValueError("no basicConstraints")
    return isAuthority, None if length is None else length.integer
