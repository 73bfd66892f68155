"""util's names and numbers of errors and signals."""

from __future__ import annotations

from typing import Any

import oracle
import pytest
import utilcases

from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, NodeError
from nodecompat.util import (
    convertProcessSignalToExitCode,
    getSystemErrorMap,
    getSystemErrorMessage,
    getSystemErrorName,
)


@pytest.mark.parametrize("name", ["getSystemErrorName", "getSystemErrorMessage"])
def testRecordedCases(name: str) -> None:
    utilcases.check(name)


@oracle.needsNode
def testTheMapAndTheSignalsAreNodes() -> None:
    program = (
        "const names = Object.keys(os.constants.signals); console.log(JSON.stringify([[...util.getSystemErrorMap()],"
        " names.map((name) => [name, util.convertProcessSignalToExitCode(name)])]))"
    )
    errors, signals = oracle.evaluate(program)
    assert getSystemErrorMap() == dict(errors)
    assert [[name, convertProcessSignalToExitCode(name)] for name, _ in signals] == signals


def testPositiveNumbersAreThoseOfOurErrors() -> None:
    assert getSystemErrorName(2) == getSystemErrorName(-2) == "ENOENT"
    assert getSystemErrorMessage(2) == "no such file or directory"
    assert getSystemErrorMessage(-99999) == getSystemErrorName(-99999) == "Unknown system error -99999"


@pytest.mark.parametrize(
    "call, error, message",
    [
        (
            lambda: getSystemErrorName(0),
            ERR_OUT_OF_RANGE,
            'The value of "err" is out of range. It must be a negative integer. Received 0',
        ),
        (
            lambda: getSystemErrorMessage(-1.5),  # type: ignore[arg-type]
            ERR_OUT_OF_RANGE,
            'The value of "err" is out of range. It must be a negative integer. Received -1.5',
        ),
        (
            lambda: getSystemErrorName("x"),  # type: ignore[arg-type]
            ERR_INVALID_ARG_TYPE,
            "The \"err\" argument must be of type number. Received type string ('x')",
        ),
        (
            lambda: convertProcessSignalToExitCode(15),
            ERR_INVALID_ARG_VALUE,
            "The argument 'signalCode' must be one of: 'SIGHUP', 'SIGINT', ",
        ),
    ],
)
def testWrongArguments(call: Any, error: type[NodeError], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).startswith(message)
