"""The base classes of errors: code, name, message, and what Python asks of an exception."""

from __future__ import annotations

import copy
import pickle
from types import SimpleNamespace

import pytest

from nodecompat import errors
from nodecompat.errors import ERR_HTTP_HEADERS_SENT, ERR_STREAM_WRITE_AFTER_END, AbortError, AggregateError, NodeError
from nodecompat.errors.base import NodeRangeError, NodeTypeError


def testTheMessageIsTheText() -> None:
    error = ERR_STREAM_WRITE_AFTER_END()
    assert str(error) == error.message == "write after end"
    assert error.args == ("write after end",)
    assert repr(error) == "ERR_STREAM_WRITE_AFTER_END('write after end')"


def testPlacesInTheTextTakeJavaScriptValues() -> None:
    assert str(ERR_HTTP_HEADERS_SENT("set")) == "Cannot set headers after they are sent to the client"
    assert str(errors.ERR_HTTP_INVALID_STATUS_CODE(None)) == "Invalid status code: undefined"
    assert str(errors.ERR_HTTP_INVALID_HEADER_VALUE(True, "a{b}")) == 'Invalid value "true" for header "a{b}"'


def testAnyCodeCanBeGiven() -> None:
    error = NodeError("no cipher match", code="ERR_SSL_NO_CIPHER_MATCH", reason="no cipher match", library="SSL")
    assert (error.code, str(error), error.reason) == ("ERR_SSL_NO_CIPHER_MATCH", "no cipher match", "no cipher match")  # type: ignore[attr-defined]


def testASubclassByCodeHasItsCode() -> None:
    class ERR_MADE_HERE(NodeError):
        text = "made {} here"

    class Other(NodeError):
        pass

    assert (ERR_MADE_HERE.code, str(ERR_MADE_HERE("x"))) == ("ERR_MADE_HERE", "made x here")
    assert Other.code is None


def testNodesClassesArePythons() -> None:
    """So that `except TypeError` works in a port."""
    assert issubclass(NodeTypeError, TypeError) and NodeTypeError.name == "TypeError"
    assert issubclass(NodeRangeError, ValueError) and NodeRangeError.name == "RangeError"


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def testFieldsSurviveACopy(duplicate: object) -> None:
    """The constructor takes other arguments than `args` has."""
    error = ERR_HTTP_HEADERS_SENT("set")
    error.extra = 5  # type: ignore[attr-defined]
    again = duplicate(error)  # type: ignore[operator]
    assert (type(again), str(again), again.code, again.extra) == (type(error), str(error), error.code, 5)


def testAnAbortErrorHasItsCause() -> None:
    cause = ValueError("why")
    error = AbortError(cause=cause)
    assert (error.name, error.code, str(error)) == ("AbortError", "ABORT_ERR", "The operation was aborted")
    assert error.cause is error.__cause__ is cause
    assert AbortError(cause="text").cause == "text"


def testTheReasonOfASignalIsTheCause() -> None:
    assert AbortError.by(SimpleNamespace(reason="why")).cause == "why"
    assert AbortError.by(object()).cause is None  # a signal of somebody else's making


def testAnAggregateHasTheCodeOfItsFirst() -> None:
    first = NodeError("first", code="FIRST")
    assert AggregateError([first, NodeError("second", code="SECOND")]).code == "FIRST"
    assert AggregateError(iter([first]), "several", "OWN").code == "OWN"
    assert AggregateError([], "none").code is None
    assert AggregateError([ValueError()]).errors[0].args == ()
