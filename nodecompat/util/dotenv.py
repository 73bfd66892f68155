"""`util.parseEnv`: the content of an .env file.

Node: https://nodejs.org/api/util.html#utilparseenvcontent
"""

from __future__ import annotations

from ..records import BareRecord
from ..validators import validateString

__all__ = ["parseEnv"]

_BLANKS = " \t\n"


def parseEnv(content: str) -> BareRecord[str]:
    r"""The variables of an .env file: `parseEnv("A=1\nB='x y' # comment")` is `{"A": "1", "B": "x y"}`.

    Args: content: the text.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/util.html#utilparseenvcontent
    """
    validateString(content, "content")
    found: BareRecord[str] = BareRecord()
    rest = content.replace("\r", "").strip(_BLANKS)
    while rest:
        line, _, behind = rest.partition("\n")
        name, equals, _ = line.partition("=")
        if not line or line.startswith("#"):
            rest = behind
        elif not equals:
            rest = behind.lstrip(_BLANKS)
        else:
            key, rest = name.strip(_BLANKS), rest[len(name) + 1 :]
            if not rest or rest.startswith("\n"):
                found[key] = ""
                continue
            rest = rest.lstrip(_BLANKS)
            if key:
                found[key.removeprefix("export ").strip(_BLANKS)], rest = _value(rest)
                rest = rest.lstrip(_BLANKS)
    return found


def _value(text: str) -> tuple[str, str]:
    """The value that a text begins with, and what is behind it."""
    quote = text[:1]
    end = text.find(quote, 1) if quote and quote in "'\"`" else -1
    if end > 0:
        value = text[1:end]
        return value.replace("\\n", "\n") if quote == '"' else value, text[end + 1 :].partition("\n")[2]
    line, _, behind = text.partition("\n")
    if not (quote and quote in "'\"`"):
        line = line.partition("#")[0].strip(_BLANKS)
    return line, behind
