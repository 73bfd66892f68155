"""System errors: Node's codes and messages on Python's OSErrors."""

from __future__ import annotations

import copy
import errno
import json
import pickle
import re
import socket
from pathlib import Path
from typing import Any

import oracle
import pytest

from nodecompat.errors import (
    AggregateError,
    NodeError,
    SystemCallError,
    aggregateError,
    aggregateTwoErrors,
    connResetException,
    dnsException,
    eaiCode,
    errnoException,
    exceptionWithHostPort,
    getSystemErrorMessage,
    getSystemErrorName,
    uvException,
    uvExceptionWithHostPort,
)

ROWS = json.loads((Path(__file__).parents[1] / "data" / "node-errors.json").read_text("utf-8"))["rows"]
QUERIES = [row for row in ROWS if row["module"] == "dns" and "syscall" in row["fields"]]
SYSTEM = [
    row
    for row in ROWS
    if "errno" in row["fields"] and row["module"] in ("net", "dgram", "http client") and row["name"] == "Error"
]


def remake(row: dict[str, Any]) -> SystemCallError:
    """The error of a row, made from the words of its message."""
    message = row["message"].replace("PORT", "80")
    syscall, code, detail = re.fullmatch(r"(\w+) (\w+):?(?: (.*))?", message).groups()  # type: ignore[union-attr]
    if "hostname" in row["fields"]:
        return dnsException(-3008 if code == "ENOTFOUND" else -getattr(errno, code), syscall, detail)
    number = -getattr(errno, code)
    if "address" not in row["fields"]:
        return errnoException(number, syscall)
    spelt = re.sub(rf"^{getSystemErrorMessage(number)} ", "", detail)
    address, _, port = spelt.partition(":")
    make = uvExceptionWithHostPort if spelt != detail else exceptionWithHostPort
    return make(number, syscall, address, int(port) if port else -1 if "port" in row["fields"] else 0)


@pytest.mark.parametrize("row", SYSTEM, ids=lambda row: row["provoked"])
def testSystemErrorsAreThoseSeen(row: dict[str, Any]) -> None:
    error = remake(row)
    assert (error.code, error.name, str(error).replace(":80", ":PORT")) == (row["code"], row["name"], row["message"])
    assert {field for field in row["fields"] if getattr(error, field) is None} == set()
    assert isinstance(error, OSError)


@pytest.mark.parametrize("row", QUERIES, ids=lambda row: row["provoked"])
def testQueryErrorsAreThoseSeen(row: dict[str, Any]) -> None:
    syscall, code, hostname = row["message"].split()
    if "errno" in row["fields"]:
        error = dnsException(-errno.EINVAL if code == "EINVAL" else -3008, syscall, hostname)
        assert error.errno > 0
    else:
        error = dnsException(code, syscall, hostname)
        assert error.errno is None
    assert (error.code, str(error), error.syscall, error.hostname) == (row["code"], row["message"], syscall, hostname)


@pytest.mark.parametrize(
    "number, cls",
    [
        (errno.ECONNREFUSED, ConnectionRefusedError),
        (errno.ECONNRESET, ConnectionResetError),
        (errno.ECONNABORTED, ConnectionAbortedError),
        (errno.EPIPE, BrokenPipeError),
        (errno.ESHUTDOWN, BrokenPipeError),
        (errno.ETIMEDOUT, TimeoutError),
        (errno.EACCES, PermissionError),
        (errno.EPERM, PermissionError),
        (errno.ENOENT, FileNotFoundError),
        (errno.EEXIST, FileExistsError),
        (errno.EAGAIN, BlockingIOError),
        (errno.EADDRINUSE, OSError),
        (errno.EHOSTUNREACH, OSError),
    ],
)
def testTheClassIsTheOnePythonHasForTheErrno(number: int, cls: type[OSError]) -> None:
    error = exceptionWithHostPort(-number, "connect", "127.0.0.1", 80)
    assert isinstance(error, cls)
    assert type(OSError(number, "")) in type(error).__mro__
    assert (error.errno, error.syscall, error.address, error.port) == (number, "connect", "127.0.0.1", 80)


def testAnErrorCanBePickledAndCopied() -> None:
    error = exceptionWithHostPort(-errno.ECONNREFUSED, "connect", "::1", 80)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (type(again), str(again), again.errno, again.port) == (type(error), str(error), error.errno, 80)


def testMessages() -> None:
    assert str(errnoException(-errno.ECONNRESET, "read")) == "read ECONNRESET"
    assert str(errnoException(-errno.EBADF, "setTTL", "why")) == "setTTL EBADF why"
    assert str(exceptionWithHostPort(-errno.ENOENT, "connect", "/tmp/x")) == "connect ENOENT /tmp/x"
    assert str(exceptionWithHostPort(-errno.EINVAL, "bind", None, 80)) == "bind EINVAL undefined:80"
    assert str(exceptionWithHostPort(-errno.EINVAL, "connect", "1.1.1.1", 80, "0.0.0.0:1")) == (
        "connect EINVAL 1.1.1.1:80 - Local (0.0.0.0:1)"
    )
    assert str(uvException(-errno.EACCES, "open", "/a", "/b")) == "EACCES: permission denied, open '/a' -> '/b'"
    assert str(uvExceptionWithHostPort(-errno.EADDRINUSE, "listen", "/x", -1)) == (
        "listen EADDRINUSE: address already in use /x"
    )


@pytest.mark.parametrize(
    "code, shown",
    [
        (-3008, "ENOTFOUND"),
        (-3007, "ENOTFOUND"),
        (-3001, "EAI_AGAIN"),
        ("EAI_NONAME", "ENOTFOUND"),
        ("ENODATA", "ENODATA"),
    ],
)
def testLookUpErrors(code: Any, shown: str) -> None:
    error = dnsException(code, "getaddrinfo", "h.test")
    assert str(error) == f"getaddrinfo {shown} h.test"
    assert isinstance(error, socket.gaierror)


def testTheSystemsLookUpNumbersHaveNames() -> None:
    assert eaiCode(socket.gaierror(socket.EAI_NONAME, "x")) == "EAI_NONAME"
    assert eaiCode(socket.gaierror(12345, "x")) == "EAI_FAIL"


def testAHangUpIsAResetWithoutErrno() -> None:
    error = connResetException("socket hang up")
    assert isinstance(error, ConnectionResetError)
    assert (error.code, error.errno, str(error)) == ("ECONNRESET", None, "socket hang up")


def testSeveralErrorsInOne() -> None:
    refused = [exceptionWithHostPort(-errno.ECONNREFUSED, "connect", host, 1) for host in ("::1", "127.0.0.1")]
    error = aggregateError(refused)
    assert isinstance(error, ConnectionRefusedError)
    assert (error.name, error.code, str(error), error.errors) == ("AggregateError", "ECONNREFUSED", "", refused)
    mixed = aggregateError([*refused, errnoException(-errno.ETIMEDOUT, "connect")])
    assert isinstance(mixed, OSError) and not isinstance(mixed, ConnectionRefusedError)
    assert type(aggregateError([ValueError()])) is AggregateError


def testTwoErrorsInOne() -> None:
    inner, outer = NodeError("inner"), NodeError("outer", code="OUTER")
    assert aggregateTwoErrors(None, outer) is outer
    assert aggregateTwoErrors(inner, None) is inner
    both = aggregateTwoErrors(inner, outer)
    assert isinstance(both, AggregateError)
    assert (both.errors, both.code, str(both)) == ([outer, inner], "OUTER", "outer")


@oracle.needsNode
def testNamesAndTextsOfErrnosAreNodes() -> None:
    for number, name, text in oracle.evaluate(
        "console.log(JSON.stringify([...require('util').getSystemErrorMap()].map(([n, [c, t]]) => [n, c, t])))"
    ):
        if name not in ("ECHARSET", "EFTYPE", "UNKNOWN", "EUNATCH") and not name.startswith("EAI_"):
            assert (getSystemErrorName(number), getSystemErrorMessage(number)) == (name, text)
