"""`util`'s names and numbers of errors and signals.

Node: https://nodejs.org/api/util.html#utilgetsystemerrornameerr
"""

from __future__ import annotations

import signal as _signal
from typing import Any

from ..errors import ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, system
from ..validators import isNumber, validateOneOf

#: The names that Node knows, in its order; two of them are second names.
_SIGNALS = tuple(
    "SIG" + name
    for line in (
        "HUP INT QUIT ILL TRAP ABRT IOT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM CHLD STKFLT CONT STOP TSTP TTIN",
        "TTOU URG XCPU XFSZ VTALRM PROF WINCH IO POLL PWR SYS",
    )
    for name in line.split()
)
_STKFLT = 16  # on Linux; Python before 3.11 has no name for it

__all__ = [
    "convertProcessSignalToExitCode",
    "getSystemErrorMap",
    "getSystemErrorMessage",
    "getSystemErrorName",
]


def getSystemErrorName(err: int) -> str:
    """The name of an errno: `getSystemErrorName(-2)` is "ENOENT".

    Args: err: the number, negative as in Node or positive as an error's `errno` is here.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/util.html#utilgetsystemerrornameerr
    """
    number = _negative(err)
    return system.knownErrors().get(number) or f"Unknown system error {number}"


def getSystemErrorMessage(err: int) -> str:
    """The text of an errno: `getSystemErrorMessage(-2)` is "no such file or directory".

    Args: err: the number, negative as in Node or positive as an error's `errno` is here.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/util.html#utilgetsystemerrormessageerr
    """
    number = _negative(err)
    known = number in system.knownErrors()
    return system.getSystemErrorMessage(number) if known else f"Unknown system error {number}"


def getSystemErrorMap() -> dict[int, list[str]]:
    """Every errno that Node knows, as a negative number, with name and text.

    Node: https://nodejs.org/api/util.html#utilgetsystemerrormap
    """
    return {number: [name, system.getSystemErrorMessage(number)] for number, name in system.knownErrors().items()}


def convertProcessSignalToExitCode(signalCode: Any) -> int:
    """The exit code of a process that a signal ended: `convertProcessSignalToExitCode("SIGTERM")` is 143.

    Args: signalCode: the signal's name.
    Raises: ERR_INVALID_ARG_VALUE.
    Node: https://nodejs.org/api/util.html#utilconvertprocesssignaltoexitcodesignal
    """
    validateOneOf(signalCode, "signalCode", _SIGNALS)
    return 128 + int(getattr(_signal, signalCode, _STKFLT))


def _negative(err: Any) -> int:
    if not isNumber(err):
        raise ERR_INVALID_ARG_TYPE("err", "number", err)
    if err == 0 or err != int(err):
        raise ERR_OUT_OF_RANGE("err", "a negative integer", err)
    return -abs(int(err))
