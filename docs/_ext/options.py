"""The parts of an option's text: its unit, its default, and what it means."""

from __future__ import annotations

import re
from typing import NamedTuple

#: How a text ends with what an option is when it is not given.
_ENDS = (
    re.compile(r"(?P<meaning>.*)[;.] (?P<value>(?:(?![;.] ).)+?),? by default\.?"),
    re.compile(r"(?P<meaning>.*), (?P<value>[^;]+?) by default\.?"),
)
#: How a text says it in its midst; the first in the text counts.
_WITHIN = (
    re.compile(r"(?:^| )(?P<value>[^ ;]+), the default\b"),
    re.compile(r"(?:^|[;.,] )(?P<value>(?:[^;, ]|,(?=\d))+|[^;,]+?) by default\b"),
    re.compile(r"\b[Bb]y default,? (?:and with [^,]+, )?(?P<value>[^;:.]+(?:\.[a-z][^;:.]*)*)"),
)
_ASIDE = re.compile(r" \([^()]*\)")
_NONE = re.compile(r"[Tt]here is no default")
#: Units, by the words that a text has for them.
_UNITS = {"ms": r"[Mm]illiseconds", "s": r"[Ss]econds", "bytes": r"(?:in b|B)ytes", "%": r"[Pp]er ?cent"}
_IS_NUMBER = re.compile(r"\b(?:int|float)\b")


class Option(NamedTuple):
    """An option, for a row of a table."""

    unit: str
    default: str
    meaning: str


def parsed(text: str, kind: str) -> Option:
    """The parts of a text; `kind` is the option's type."""
    text = " ".join(text.split())
    unit = _unitOf(text) if _IS_NUMBER.search(kind) else ""
    if _NONE.search(text):
        return Option(unit, "–", re.sub(r"(?:;|\.) [Tt]here is no default\.", ".", text))
    for pattern in _ENDS:
        if end := pattern.fullmatch(text):
            return Option(unit, end["value"], f"{end['meaning']}.")
    return Option(unit, _within(text), text)


def _unitOf(text: str) -> str:
    found = [(place.start(), unit) for unit, words in _UNITS.items() if (place := re.search(rf"\b{words}\b", text))]
    return min(found)[1] if found else ""


def _within(text: str) -> str:
    found = [place for pattern in _WITHIN if (place := pattern.search(_ASIDE.sub("", text)))]
    return min(found, key=lambda place: place.start())["value"] if found else "as it says"
