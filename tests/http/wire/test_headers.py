"""Names and values of headers: what may leave, and with which error the rest is refused."""

import pytest

from nodecompat import errors
from nodecompat.http.wire import headers
from nodecompat.http.wire.headers import checkValue, hasBadChar, validateHeaderName, validateHeaderValue


@pytest.mark.parametrize("name", ["a", "X-A", "__proto__", "!#$%&'*+-.^_`|~", "0"])
def testTokensAreNames(name):
    validateHeaderName(name)


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\r\nb", "é", "a\0", "(x)", "a\n"])
def testOtherNamesAreRefused(name):
    with pytest.raises(errors.ERR_INVALID_HTTP_TOKEN) as caught:
        validateHeaderName(name)
    assert caught.value.message == f'Header name must be a valid HTTP token ["{name}"]'


def testTheLabelOfANameCanBeChosen():
    with pytest.raises(errors.ERR_INVALID_HTTP_TOKEN, match=r"^Trailer name must be"):
        validateHeaderName("a b", "Trailer name")


@pytest.mark.parametrize("name", [5, None, ["a"], b"a"])
def testANameIsText(name):
    with pytest.raises(errors.ERR_INVALID_HTTP_TOKEN):
        validateHeaderName(name)


@pytest.mark.parametrize("value", ["", "b", "\t tab ", "é\xff", 5, True, ["a", "b"]])
def testGoodValues(value):
    validateHeaderValue("X-A", value)


@pytest.mark.parametrize("value", ["b\r\nc", "b\nc", "b\rc", "b\0c", "\x01", "\x7f", "Ā", "😀", ["a", "c\r\nd"]])
def testBadValues(value):
    with pytest.raises(errors.ERR_INVALID_CHAR) as caught:
        validateHeaderValue("X-A", value)
    assert caught.value.message == 'Invalid character in header content ["X-A"]'


def testNoneIsNoValue():
    with pytest.raises(errors.ERR_HTTP_INVALID_HEADER_VALUE) as caught:
        validateHeaderValue("x", None)
    assert caught.value.message == 'Invalid value "undefined" for header "x"'


def testLenientValuesMayHoldControlsButNoLineEnds():
    assert checkValue("a", "b\x01\x7f", True) == "b\x01\x7f"
    for bad in "\0\r\nĀ":
        with pytest.raises(errors.ERR_INVALID_CHAR):
            checkValue("a", bad, True)


def testThePrintableShortcutAgreesWithTheRule():
    """Every character alone, so that the fast test cannot let through what the rule refuses."""
    for code in range(0x180):
        allowed = code == 9 or 0x20 <= code <= 0x7E or 0x80 <= code <= 0xFF
        assert hasBadChar(chr(code)) is not allowed, hex(code)


def testNamesMadeUpByPeersDoNotFillMemory():
    for number in range(3 * headers.MAX_NAMES):
        validateHeaderName(f"x-{number}")
    assert len(headers.NAMES) <= headers.MAX_NAMES
