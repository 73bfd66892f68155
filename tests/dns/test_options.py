"""The option bags of `dns`, checked."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.dns import ADDRCONFIG, ALL, V4MAPPED
from nodecompat.dns.options import LookupQuestion, validateHints, validateHostname


def asked(options: Any, **bag: Any) -> tuple[int, int, bool, str]:
    question = LookupQuestion(options, bag, "verbatim")
    return question.family, question.hints, question.all, question.order


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (None, (0, 0, False, "verbatim")),
        ({}, (0, 0, False, "verbatim")),
        (6, (6, 0, False, "verbatim")),
        ({"family": "IPv4"}, (4, 0, False, "verbatim")),
        ({"hints": ADDRCONFIG | V4MAPPED, "all": True}, (0, ADDRCONFIG | V4MAPPED, True, "verbatim")),
        ({"verbatim": False}, (0, 0, False, "ipv4first")),
        ({"verbatim": False, "order": "ipv6first"}, (0, 0, False, "ipv6first")),
        ({"family": None, "hints": None, "all": None, "verbatim": None, "order": None}, (0, 0, False, "verbatim")),
    ],
)
def testWhatIsAskedFor(options: Any, expected: tuple[Any, ...]) -> None:
    assert asked(options) == expected


def testKeywordsOverrideTheBag() -> None:
    assert asked({"family": 4, "all": True}, family=6) == (6, 0, True, "verbatim")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (True, "ERR_INVALID_ARG_TYPE"),
        ("4", "ERR_INVALID_ARG_TYPE"),
        (5, "ERR_INVALID_ARG_VALUE"),
        ({"family": "IPv5"}, "ERR_INVALID_ARG_VALUE"),
        ({"hints": "x"}, "ERR_INVALID_ARG_TYPE"),
        ({"hints": 1 << 20}, "ERR_INVALID_ARG_VALUE"),
        ({"all": 1}, "ERR_INVALID_ARG_TYPE"),
        ({"verbatim": 1}, "ERR_INVALID_ARG_TYPE"),
        ({"order": "best"}, "ERR_INVALID_ARG_VALUE"),
    ],
)
def testWrongOptions(options: Any, code: str) -> None:
    with pytest.raises(TypeError) as caught:
        asked(options)
    assert caught.value.code == code  # type: ignore[attr-defined]


def testHintsMayBeCombined() -> None:
    validateHints(ADDRCONFIG | ALL | V4MAPPED)
    with pytest.raises(TypeError, match=r"The argument 'hints' is invalid. Received -1"):
        validateHints(-1)


@pytest.mark.parametrize(
    ("hostname", "message"),
    [
        ("", "must be a non-empty string. Received ''"),
        (None, "must be a non-empty string. Received"),
        (5, 'The "hostname" argument must be of type string. Received type number'),
        ("a\0b", "must be a string without null bytes"),
    ],
)
def testWhatIsNoHostName(hostname: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        validateHostname(hostname)


def testAHostNameIsLeftAsItIs() -> None:
    assert validateHostname("Bücher.Test.") == "Bücher.Test."
