"""`util.parseArgs`: a command line to options.

The arguments become tokens (`_Tokens`), the tokens values (`_Values`); `strict` checks each token before it is stored.

Node: https://nodejs.org/api/util.html#utilparseargsconfig
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from ..errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_PARSE_ARGS_INVALID_OPTION_VALUE,
    ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL,
    ERR_PARSE_ARGS_UNKNOWN_OPTION,
)
from ..optionbags import check
from ..records import BareRecord, Record
from ..validators import (
    validateArray,
    validateBoolean,
    validateBooleanArray,
    validateObject,
    validateString,
    validateStringArray,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

__all__ = ["ParseArgsConfig", "ParseArgsOptionDescriptor", "ParsedArgs", "parseArgs"]


class ParseArgsOptionDescriptor(TypedDict, total=False):
    """One option of `parseArgs`.

    Options:
        type: "boolean" or "string"; there is no default.
        multiple: It may come several times, and its value is a list; False by default.
        short: One letter for it; none by default.
        default: The value when it does not come; by default there is none.
    """

    type: str
    multiple: bool
    short: str
    default: str | bool | list[str] | list[bool]


class ParseArgsConfig(TypedDict, total=False):
    """What `parseArgs` takes.

    Options:
        args: What is read; by default the arguments of the program.
        options: An option's ParseArgsOptionDescriptor by its name; none by default.
        strict: Raise for what `options` does not describe; True by default.
        allowPositionals: Take arguments that are no options; the opposite of `strict` by default.
        allowNegative: `--no-x` sets x to False; False by default.
        tokens: Return all that was found as well; False by default.
    """

    args: Sequence[str]
    options: Mapping[str, ParseArgsOptionDescriptor]
    strict: bool
    allowPositionals: bool
    allowNegative: bool
    tokens: bool


@dataclass(frozen=True)
class ParsedArgs(Record):
    """What `parseArgs` returns; `tokens` is None unless asked for."""

    values: BareRecord[Any]
    positionals: list[str]
    tokens: list[dict[str, Any]] | None = None


def parseArgs(config: ParseArgsConfig | Bag | None = None, **keywords: Unpack[ParseArgsConfig]) -> ParsedArgs:
    """Read a command line: `parseArgs(args=["-v", "--out=x"], options={"v": {"type": "boolean", "short": "v"}, …})`.

    Args: config: ParseArgsConfig, as a mapping or as keywords. `args` are those of the program if left out; `strict`
        (True) raises for what `options` does not describe; `allowPositionals` is the opposite of `strict` if left out;
        `allowNegative` lets `--no-x` set x to False; `tokens` gives all that was found as well.
    Returns: ParsedArgs; a value that is not there is None.
    Raises: ERR_PARSE_ARGS_UNKNOWN_OPTION, ERR_PARSE_ARGS_INVALID_OPTION_VALUE, ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL;
        ERR_INVALID_ARG_TYPE and ERR_INVALID_ARG_VALUE for a wrong `config`.
    Node: https://nodejs.org/api/util.html#utilparseargsconfig
    """
    check(ParseArgsConfig, config, keywords)
    given: Mapping[str, Any] = {**(config if isinstance(config, Mapping) else {}), **keywords}
    plan = _Plan(given)
    tokens = list(_tokens(plan.args, plan.options))
    values: BareRecord[Any] = BareRecord()
    positionals: list[str] = []
    for token in tokens:
        if token["kind"] == "option":
            plan.store(token, values)
        elif token["kind"] == "positional":
            if not plan.allowPositionals:
                raise ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL(token["value"])
            positionals.append(token["value"])
    for name, descriptor in plan.options.items():
        if name not in values and descriptor.get("default") is not None:
            values[name] = descriptor["default"]
    return ParsedArgs(values, positionals, tokens if plan.tokens else None)


class _Plan:
    """The configuration, checked."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        def chosen(name: str, default: Any) -> Any:
            return default if given.get(name) is None else given[name]

        self.args: Sequence[str] = chosen("args", sys.argv[1:])
        self.strict: bool = chosen("strict", True)
        self.allowPositionals: bool = chosen("allowPositionals", not self.strict)
        self.tokens: bool = chosen("tokens", False)
        self.allowNegative: bool = chosen("allowNegative", False)
        self.options: Mapping[str, Any] = chosen("options", {})
        validateArray(self.args, "args")
        for name in ("strict", "allowPositionals", "tokens", "allowNegative"):
            validateBoolean(getattr(self, name), name)
        validateObject(self.options, "options")
        for name, descriptor in self.options.items():
            _validateOption(f"options.{name}", descriptor)

    def store(self, token: dict[str, Any], values: BareRecord[Any]) -> None:
        """Put the value of an option token where it belongs."""
        if self.strict:
            self._requireType(token, self._known(token))
        if token["name"] == "__proto__":
            return
        found = True if token["value"] is None else token["value"]
        if self.allowNegative and token["value"] is None and token["name"].startswith("no-"):
            token["name"] = token["name"][3:]
            found = False
        if self.options.get(token["name"], {}).get("multiple"):
            values.setdefault(token["name"], []).append(found)
        else:
            values[token["name"]] = found

    def _known(self, token: dict[str, Any]) -> str:
        """The option that a token names, also one that it negates."""
        name: str = token["name"]
        if name in self.options:
            return name
        positive = name.removeprefix("no-")
        if self.allowNegative and positive != name and self.options.get(positive, {}).get("type") == "boolean":
            return positive
        raise ERR_PARSE_ARGS_UNKNOWN_OPTION(token["rawName"], self.allowPositionals)

    def _requireType(self, token: dict[str, Any], name: str) -> None:
        descriptor = self.options[name]
        short = descriptor.get("short")
        long = (f"-{short}, " if short else "") + f"--{name}"
        isText = descriptor.get("type") == "string"
        if not isText and token["value"] is not None:
            raise ERR_PARSE_ARGS_INVALID_OPTION_VALUE(f"Option '{long}' does not take an argument")
        if isText and token["value"] is None:
            raise ERR_PARSE_ARGS_INVALID_OPTION_VALUE(f"Option '{long} <value>' argument missing")
        if isText and token["inlineValue"] is False and _looksLikeOption(token["value"]):
            example = f"'--{name}=-XYZ'" + (
                f" or '{token['rawName']}-XYZ'" if not token["rawName"].startswith("--") else ""
            )
            raise ERR_PARSE_ARGS_INVALID_OPTION_VALUE(
                f"Option '{token['rawName']}' argument is ambiguous.\nDid you forget to specify the option argument "
                f"for '{token['rawName']}'?\nTo specify an option argument starting with a dash use {example}."
            )


def _validateOption(path: str, descriptor: Any) -> None:
    validateObject(descriptor, path)
    type = descriptor.get("type")
    if type not in ("string", "boolean"):
        raise ERR_INVALID_ARG_TYPE(f"{path}.type", "('string|boolean')", type)
    if "short" in descriptor:
        validateString(descriptor["short"], f"{path}.short")
        if len(descriptor["short"]) != 1:
            raise ERR_INVALID_ARG_VALUE(f"{path}.short", descriptor["short"], "must be a single character")
    multiple = descriptor.get("multiple")
    if "multiple" in descriptor:
        validateBoolean(multiple, f"{path}.multiple")
    default = descriptor.get("default")
    if default is None:
        return
    one, several = (
        (validateString, validateStringArray) if type == "string" else (validateBoolean, validateBooleanArray)
    )
    (several if multiple else one)(default, f"{path}.default")


def _looksLikeOption(argument: str) -> bool:
    return len(argument) > 1 and argument.startswith("-")


def _isGroup(argument: str, options: Mapping[str, Any]) -> bool:
    """`-abc`, where a is no option with a value."""
    if len(argument) <= 2 or argument[0] != "-" or argument[1] == "-":
        return False
    return not _isText(_nameOfShort(argument[1], options), options)


def _nameOfShort(letter: str, options: Mapping[str, Any]) -> str:
    return next((name for name, each in options.items() if each.get("short") == letter), letter)


def _isText(name: str, options: Mapping[str, Any]) -> bool:
    return bool(options.get(name, {}).get("type") == "string")


def _tokens(args: Sequence[Any], options: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    left = list(args)
    index, groupLeft = -1, 0
    while left:
        argument = left.pop(0)
        if groupLeft:
            groupLeft -= 1  # a piece of the group that was taken apart
        else:
            index += 1
        if not isinstance(argument, str):
            yield {"kind": "positional", "index": index, "value": argument}
        elif argument == "--":
            yield {"kind": "option-terminator", "index": index}
            for place, value in enumerate(left, index + 1):
                yield {"kind": "positional", "index": place, "value": value}
            return
        elif _isGroup(argument, options):
            pieces = _piecesOf(argument, options)
            left[:0] = pieces
            groupLeft = len(pieces)
        elif _looksLikeOption(argument):
            token = _option(argument, options, index)
            takesNext = token["value"] is None and _isText(token["name"], options) and bool(left)
            if takesNext:
                token["value"], token["inlineValue"] = left.pop(0), False
            yield token
            index += takesNext
        else:
            yield {"kind": "positional", "index": index, "value": argument}


def _piecesOf(group: str, options: Mapping[str, Any]) -> list[str]:
    """`-abcfoo` as `-a`, `-b`, `-cfoo`, where c takes a value."""
    pieces = []
    for place, letter in enumerate(group[1:], 1):
        if _isText(_nameOfShort(letter, options), options) and place < len(group) - 1:
            pieces.append("-" + group[place:])
            break
        pieces.append("-" + letter)
    return pieces


def _option(argument: str, options: Mapping[str, Any], index: int) -> dict[str, Any]:
    """The token of `--name`, `--name=value`, `-n` or `-nvalue`."""
    value: str | None
    if not argument.startswith("--"):
        name, raw = _nameOfShort(argument[1], options), argument[:2]
        value = argument[2:] or None
    elif "=" in argument[3:]:
        raw, _, value = argument.partition("=")
        name = raw[2:]
    else:
        raw, name, value = argument, argument[2:], None
    return {
        "kind": "option",
        "name": name,
        "rawName": raw,
        "index": index,
        "value": value,
        "inlineValue": None if value is None else True,
    }
