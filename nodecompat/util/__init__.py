"""Node's `util` module (26).

`inspect` and `format`, bridges between callbacks and promises, checks of values, command lines, styled text, media
types, text codecs. Not here, for want of what they are about: `transferableAbortController` and
`transferableAbortSignal` (no message ports), `setTraceSigInt` (Python's KeyboardInterrupt has its traceback),
`types.isKeyObject` and `types.isCryptoKey` (they come with `crypto`).

Node: https://nodejs.org/api/util.html
"""

from __future__ import annotations

from typing import Any

from .. import inspection, optionbags
from ..errors import toText
from ..inspection import InspectOptions, inspect
from ..inspection import stripVTControlCharacters as _strip
from ..mime import MIMEParams, MIMEType
from ..texts import wellFormed
from ..validators import validateString
from . import types
from .arguments import ParseArgsConfig, ParseArgsOptionDescriptor, ParsedArgs, parseArgs
from .callbacks import aborted, callbackify, promisify
from .debugging import CallSite, DebugLogger, debug, debuglog, deprecate, getCallSites
from .diffing import DiffEntry, diff
from .dotenv import parseEnv
from .encoding import EncodeIntoResult, TextDecodeOptions, TextDecoder, TextDecoderOptions, TextEncoder
from .equality import isDeepStrictEqual
from .formatting import format, formatWithOptions
from .inheriting import inherits
from .styling import styleText
from .system import (
    convertProcessSignalToExitCode,
    getSystemErrorMap,
    getSystemErrorMessage,
    getSystemErrorName,
)

__all__ = [
    "CallSite",
    "DebugLogger",
    "DiffEntry",
    "EncodeIntoResult",
    "InspectOptions",
    "MIMEParams",
    "MIMEType",
    "ParseArgsConfig",
    "ParseArgsOptionDescriptor",
    "ParsedArgs",
    "TextDecodeOptions",
    "TextDecoder",
    "TextDecoderOptions",
    "TextEncoder",
    "aborted",
    "callbackify",
    "convertProcessSignalToExitCode",
    "debug",
    "debuglog",
    "deprecate",
    "diff",
    "format",
    "formatWithOptions",
    "getCallSites",
    "getSystemErrorMap",
    "getSystemErrorMessage",
    "getSystemErrorName",
    "inherits",
    "inspect",
    "isArray",
    "isDeepStrictEqual",
    "parseArgs",
    "parseEnv",
    "promisify",
    "stripVTControlCharacters",
    "styleText",
    "toUSVString",
    "types",
]

inspection.check = optionbags.check


def isArray(object: Any) -> bool:
    """Whether a value is a list or tuple.

    Node: https://nodejs.org/api/util.html#utilisarrayobject
    """
    return isinstance(object, (list, tuple))


def stripVTControlCharacters(str: str) -> str:
    r"""The text without ANSI escapes: `stripVTControlCharacters("\x1b[31mred\x1b[39m")` is "red".

    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/util.html#utilstripvtcontrolcharactersstr
    """
    validateString(str, "str")
    return _strip(str)


def toUSVString(string: Any) -> str:
    """The text with U+FFFD for each lone half of a surrogate pair.

    Node: https://nodejs.org/api/util.html#utiltousvstringstring
    """
    return wellFormed(toText(string))
