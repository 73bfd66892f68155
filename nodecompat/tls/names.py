"""The names in a certificate as texts: subject and issuer, the entries of subjectAltName and of information access.

A peer chooses these bytes. Whatever could be mistaken for the end of an entry is escaped, as Node does since
CVE-2021-44532: an entry with a comma, a quote, a backslash or anything that is not printable is a JSON string,
`DNS:"a.example\\u002c DNS:b.example"`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .der import BIT_STRING, BMP_STRING, IA5_STRING, SEQUENCE, SET, UNIVERSAL_STRING, UTF8_STRING, Element, only
from .objects import ACCESS, ATTRIBUTES, OTHER_NAMES
from .records import Certificate

__all__ = ["Attribute", "GeneralName", "Name", "accessText", "altText", "canonicalName", "nameRecord", "nameText"]

# Kinds of GeneralName: the number of its tag.
OTHER, EMAIL, DNS, X400, DIRECTORY, EDI, URI, IP, REGISTERED = range(9)
#: Octets of a character of the strings that are neither UTF-8 nor one octet a character.
_WIDE = {BMP_STRING: "utf-16-be", UNIVERSAL_STRING: "utf-32-be"}
#: Types whose octets are characters; a name may have values of some others, most of which nobody uses.
_TEXTS = {0x0C, 0x12, 0x13, 0x14, 0x16, 0x1C, 0x1E}
_VALUES = {*_TEXTS, BIT_STRING, SEQUENCE, 0x07, 0x08, 0x09, 0x0B, 0x0D, 0x0E, 0x0F, 0x1D}
#: What is compared without regard to case and to runs of blanks: all but numbers.
_FOLDED = _TEXTS - {0x12}
_DIRECTORY_STRINGS = {0x0C, 0x13, 0x14, 0x1C, 0x1E}
_CONSTRUCTED = {OTHER, X400, DIRECTORY, EDI}
_SPECIAL = frozenset(b',+"\\<>;')


class Attribute(NamedTuple):
    """One part of a name, such as CN=localhost."""

    oid: str
    value: Element

    @property
    def key(self) -> str:
        return ATTRIBUTES.get(self.oid, self.oid)

    @property
    def isText(self) -> bool:
        return self.value.tag in _TEXTS

    @property
    def octets(self) -> bytes:
        """The value in UTF-8; what claims to be UTF-8 is left as it is."""
        tag, content, _ = self.value
        if tag == UTF8_STRING:
            return content
        if tag == SEQUENCE:  # with its tag and length
            content = self.value.whole
        elif tag == BIT_STRING:
            content = content[1:]
        return content.decode(_WIDE.get(tag, "latin-1")).encode()


class Name:
    """A distinguished name: a list of sets of attributes."""

    __slots__ = ("der", "sets")

    def __init__(self, element: Element) -> None:
        self.der: bytes = element.whole
        sets = element.parts
        if any(part.tag & 0x1F != SET & 0x1F for part in sets):
            raise ValueError("no name")
        self.sets: list[list[Attribute]] = [[_attribute(each) for each in part.parts] for part in sets]

    @property
    def attributes(self) -> list[Attribute]:
        return [attribute for part in self.sets for attribute in part]


class GeneralName:
    """An entry of subjectAltName: its kind and its value.

    Raises:
        ValueError: it is none.
    """

    __slots__ = ("directory", "kind", "other", "value")
    kind: int

    def __init__(self, element: Element) -> None:
        self.kind = kind = element.tag & 0x1F
        self.value: Element = element
        if kind > REGISTERED or element.tag != kind + (0xA0 if kind in _CONSTRUCTED else 0x80):
            raise ValueError("no general name")
        if kind == DIRECTORY:
            self.directory: Name = Name(only(element.content, SEQUENCE))
        elif kind == OTHER:
            oid, holder = element.parts
            (inner,) = holder.parts
            self.other: tuple[str, Element] = oid.oid, inner
        elif kind == EDI and any(each.parts[0].tag not in _DIRECTORY_STRINGS for each in element.parts):
            raise ValueError("no name of a party")
        elif kind == REGISTERED:
            _ = element.oid  # raises


def _attribute(element: Element) -> Attribute:
    oid, value = element.sequence()
    value = value.flat
    if value.tag not in _VALUES:
        raise ValueError("no value of a name")
    attribute = Attribute(oid.oid, value)
    text = attribute.octets.decode()
    if value.tag == BMP_STRING and not all(char <= "\uffff" for char in text):
        raise ValueError("surrogates")
    return attribute


def nameText(name: Name) -> str:
    """A line per set of attributes: `C=DE\\nCN=localhost`. Control characters and what has a meaning are escaped."""
    return "\n".join(
        " + ".join(f"{each.key}={decoded(_escaped(each.octets, True))}" for each in part) for part in name.sets
    )


def nameRecord(name: Name) -> Certificate:
    """The attributes by their names; what is there several times is a list."""
    found = Certificate()
    for each in name.attributes:
        key, value = (each.key, decoded(each.octets)) if each.isText else ("", "")
        known = found.get(key)
        if known is None:
            found[key] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            found[key] = [known, value]
    return found


def canonicalName(name: Name) -> list[list[tuple[str, int, bytes]]]:
    """What two names that count as the same have in common: case and runs of blanks do not matter."""
    return [sorted(_canonical(each) for each in part) for part in name.sets]


def _canonical(attribute: Attribute) -> tuple[str, int, bytes]:
    tag, content, _ = attribute.value
    if tag not in _FOLDED:
        return attribute.oid, tag, content
    return attribute.oid, UTF8_STRING, b" ".join(attribute.octets.split(None)).lower()


def decoded(octets: bytes) -> str:
    """As Node makes a text of bytes: what is not UTF-8 becomes U+FFFD."""
    return octets.decode("utf-8", "replace")


def _escaped(octets: bytes, hasControls: bool) -> bytes:
    """RFC 2253's escapes; control characters as well where `hasControls`."""
    out = bytearray()
    last = len(octets) - 1
    for index, octet in enumerate(octets):
        atEdge = (octet == 0x20 and index in (0, last)) or (octet == 0x23 and index == 0 < last)
        if octet in _SPECIAL or atEdge:
            out += b"\\"
            out.append(octet)
        elif hasControls and (octet < 0x20 or octet == 0x7F):
            out += b"\\%02X" % octet
        else:
            out.append(octet)
    return bytes(out)


# -- subjectAltName and information access


def altText(names: Iterable[GeneralName]) -> str:
    """The entries of subjectAltName, `DNS:localhost, IP Address:127.0.0.1`."""
    return ", ".join(map(_generalText, names))


def accessText(descriptions: Iterable[tuple[str, GeneralName]]) -> str:
    """A line per access description: `OCSP - URI:http://ocsp.example`."""
    return "\n".join(f"{ACCESS.get(method, method)} - {_generalText(name)}" for method, name in descriptions)


def _generalText(name: GeneralName) -> str:
    kind, value = name.kind, name.value
    if kind in _PLAIN:
        return f"{_PLAIN[kind]}:{_quoted(value.content)}"
    if kind == DIRECTORY:
        return f"DirName:{_quoted(_directoryText(name.directory), True)}"
    if kind == IP:
        return f"IP Address:{_addressText(value.content)}"
    if kind == REGISTERED:
        return f"Registered ID:{value.oid}"
    if kind == OTHER:
        return f"othername:{_otherText(*name.other)}"
    return "X400Name:<unsupported>" if kind == X400 else "EdiPartyName:<unsupported>"


_PLAIN = {DNS: "DNS", EMAIL: "email", URI: "URI"}


def _otherText(oid: str, value: Element) -> str:
    prefix, isUtf8 = OTHER_NAMES.get(oid, ("", True))
    if not prefix or value.tag != (UTF8_STRING if isUtf8 else IA5_STRING):
        return "<unsupported>"
    return _quoted(value.content, isUtf8, f"{prefix}:")


def _directoryText(name: Name) -> bytes:
    """RFC 2253: the last set of attributes first, `CN=localhost,O=Example`."""
    return b",".join(b"+".join(map(_directoryPart, reversed(part))) for part in reversed(name.sets))


def _directoryPart(attribute: Attribute) -> bytes:
    isShown = attribute.oid in ATTRIBUTES and attribute.isText
    value = _escaped(attribute.octets, False) if isShown else b"#" + attribute.value.whole.hex().upper().encode()
    return attribute.key.encode() + b"=" + value


def _addressText(octets: bytes) -> str:
    if len(octets) == 4:
        return ".".join(map(str, octets))
    if len(octets) == 16:
        return ":".join(f"{octets[i] << 8 | octets[i + 1]:X}" for i in range(0, 16, 2))
    return f"<invalid length={len(octets)}>"


def _quoted(octets: bytes, isUtf8: bool = False, prefix: str = "") -> str:
    """The octets as they are where nobody can mistake them, else as a JSON string."""
    if all(each >= 0x20 and each not in _UNSAFE and (each < 0x7F or (isUtf8 and each != 0x7F)) for each in octets):
        return prefix + decoded(octets)
    out = bytearray()
    for octet in octets:
        if octet in b'\\"':
            out += b"\\"
            out.append(octet)
        elif (0x20 <= octet <= 0x7E and octet != 0x2C) or (isUtf8 and octet >= 0x80):
            out.append(octet)
        else:
            out += b"\\u%04x" % octet
    return f'"{prefix}{decoded(bytes(out))}"'


_UNSAFE = frozenset(b"\"\\,'")
