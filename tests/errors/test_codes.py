"""Every code: its class, its message, its place in Python's hierarchy."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import re
from pathlib import Path
from typing import Any

import pytest

from nodecompat import errors
from nodecompat.errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_MISSING_ARGS,
    ERR_OUT_OF_RANGE,
    ERR_SOCKET_BAD_PORT,
    NodeError,
)

ROWS = json.loads((Path(__file__).parents[1] / "data" / "node-errors.json").read_text("utf-8"))["rows"]
CODED = [row for row in ROWS if row["code"] and row["code"].startswith("ERR_") and hasattr(errors, row["code"])]
#: Codes that OpenSSL makes up; their class is the plain NodeError.
OPENSSL = re.compile(r"ERR_(SSL|OSSL)_")
BASES = {"TypeError": TypeError, "RangeError": ValueError, "SyntaxError": ValueError, "URIError": ValueError}

CLASSES = {
    name: value
    for name, value in vars(errors).items()
    if name.startswith("ERR_") and isinstance(value, type) and name != "ERR_INVALID_STATE_TYPE"
}


def testEveryCodeSeenHasAClass() -> None:
    codes = {row["code"] for row in ROWS if row["code"] and row["code"].startswith("ERR_")}
    assert {code for code in codes if not hasattr(errors, code) and not OPENSSL.match(code)} == set()


@pytest.mark.parametrize("row", CODED, ids=lambda row: row["provoked"])
def testNameAndMessageAreThoseSeen(row: dict[str, Any]) -> None:
    cls = getattr(errors, row["code"])
    assert cls.name == row["name"]
    assert cls.code == row["code"]
    assert issubclass(cls, BASES.get(row["name"], Exception))
    if cls.text and not issubclass(cls, OSError):
        assert re.fullmatch(re.sub(r"\\\{\d\\\}", "(?s:.*)", re.escape(cls.text)), row["message"])


@pytest.mark.parametrize("name, cls", CLASSES.items())
def testTheClassIsNamedByItsCode(name: str, cls: type[NodeError]) -> None:
    assert cls.__name__ == cls.code == name


def make(cls: type[NodeError]) -> NodeError:
    """An error with some argument for every parameter and place in the text."""
    if cls.__init__ is NodeError.__init__:
        return cls(*["x"] * len(re.findall(r"\{\d\}", cls.text)))
    if issubclass(cls, errors.NodeSystemError):
        return cls({"errno": -9, "code": "EBADF", "message": "bad file descriptor", "syscall": "uv_recv_buffer_size"})
    required = [p for p in list(inspect.signature(cls).parameters.values()) if p.default is p.empty]
    return cls(*["x"] * sum(p.kind is not p.VAR_POSITIONAL for p in required))


@pytest.mark.parametrize("cls", CLASSES.values())
def testErrorsCanBePickledAndCopied(cls: type[NodeError]) -> None:
    error = make(cls)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is cls
        assert (str(again), again.code, again.args) == (str(error), error.code, error.args)
        assert vars(again) == vars(error)


@pytest.mark.parametrize(
    "name, expected, text",
    [
        ("a", "string", 'The "a" argument must be of type string.'),
        ("a", ["string", "number"], 'The "a" argument must be one of type string or number.'),
        ("first argument", "string", "The first argument must be of type string."),
        ("a.b", "Object", 'The "a.b" property must be of type object.'),
        ("a", "Function", 'The "a" argument must be of type function.'),
        ("a", ["A", "B", "C"], 'The "a" argument must be an instance of A, B, or C.'),
        ("a", ["string", "B", "C"], 'The "a" argument must be of type string or an instance of B or C.'),
        ("a", ["string", "Object"], 'The "a" argument must be one of type string or object.'),
        ("a", ["object", "Array"], 'The "a" argument must be an instance of Array or Object.'),
        ("a", ["string", "undefined", "null"], 'The "a" argument must be of type string or one of undefined or null.'),
        ("a", "a dictionary", 'The "a" argument must be a dictionary.'),
        ("a", "of lower Thing", 'The "a" argument must be an of lower Thing.'),
        (
            "a",
            ["X-like Object", "undefined", "false"],
            'The "a" argument must be one of X-like Object, undefined, or false.',
        ),
    ],
)
def testInvalidArgType(name: str, expected: Any, text: str) -> None:
    assert str(ERR_INVALID_ARG_TYPE(name, expected, 5)) == text + " Received type number (5)"


def testInvalidArgValueCutsALongValue() -> None:
    assert str(ERR_INVALID_ARG_VALUE("a", "x" * 200)) == f"The argument 'a' is invalid. Received '{'x' * 127}..."
    assert str(ERR_INVALID_ARG_VALUE("a.b", 5, "must be y")) == "The property 'a.b' must be y. Received 5"


@pytest.mark.parametrize(
    "value, shown",
    [
        (-1, "-1"),
        (2**32, "4294967296"),
        (2**32 + 1, "4_294_967_297"),
        (1.5, "1.5"),
        ("s", "'s'"),
        (float("nan"), "NaN"),
    ],
)
def testOutOfRange(value: Any, shown: str) -> None:
    assert str(ERR_OUT_OF_RANGE("a", ">= 0", value)) == (
        f'The value of "a" is out of range. It must be >= 0. Received {shown}'
    )


def testOutOfRangeWithAMessageOfItsOwn() -> None:
    assert str(ERR_OUT_OF_RANGE("Some text.", "x", 3, True)) == "Some text. It must be x. Received 3"


def testMissingArgs() -> None:
    assert str(ERR_MISSING_ARGS("a")) == 'The "a" argument must be specified'
    assert str(ERR_MISSING_ARGS("a", "b")) == 'The "a" and "b" arguments must be specified'
    assert str(ERR_MISSING_ARGS(["a", "b", "c"])) == 'The "a" or "b" or "c" argument must be specified'


def testBadPort() -> None:
    assert str(ERR_SOCKET_BAD_PORT("Port", 0, False)) == "Port should be > 0 and < 65536. Received type number (0)."


def testAStateThatIsATypeErrorHasTheSameCode() -> None:
    assert errors.ERR_INVALID_STATE_TYPE("x").code == errors.ERR_INVALID_STATE("x").code == "ERR_INVALID_STATE"


def testFieldsOfParticularErrors() -> None:
    family = errors.ERR_INVALID_ADDRESS_FAMILY(9, "n.test", 1)
    assert (family.host, family.port, str(family)) == ("n.test", 1, "Invalid address family: 9 n.test:1")  # type: ignore[attr-defined]
    altname = errors.ERR_TLS_CERT_ALTNAME_INVALID("why", "a.test", {"subject": 1})
    assert (altname.reason, altname.host, altname.cert) == ("why", "a.test", {"subject": 1})  # type: ignore[attr-defined]
    url = errors.ERR_INVALID_URL("x")
    assert url.input == "x"  # type: ignore[attr-defined]
