"""Plays what fsargumentcases.cjs has recorded: functions of fs with odd arguments."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred

from nodecompat import fs
from nodecompat.symbols import Symbol

HERE = Path(__file__).resolve().parent
CALLS = json.loads((HERE / "data/fs/calls.json").read_text())


#: Node's values of these names.
VALUES: dict[str, Any] = {
    "true": True,
    "false": False,
    "0": 0,
    "-1": -1,
    "1.5": 1.5,
    "NaN": math.nan,
    "Infinity": math.inf,
    "2**32": 2**32,
    "2**53": 2**53,
    "empty": "",
    "a": "a",
    "text 1": "1",
    "NUL": "a\0b",
    "utf8": "utf8",
    "[]": [],
    "[1]": [1],
    "{}": {},
    "{a:1}": {"a": 1},
    "function": lambda *args: True,
    "regex": re.compile("x"),
    "symbol": Symbol("s"),
    "set": set(),
}


def build() -> None:
    """What stands in the directory."""
    fs.writeFileSync("file", "hello world")
    fs.mkdirSync("dir")
    fs.symlinkSync("file", "link")


def places(args: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Each argument, and each option of one."""
    for index, value in enumerate(args):
        yield (index,)
        if isinstance(value, dict) and not {"$room", "$fd"} & set(value):
            yield from ((index, name) for name in value)


def _outcome(error: BaseException) -> str:
    code = getattr(error, "code", None)
    if code is None:
        return f"FOREIGN {type(error).__name__}: {error}"
    message = re.sub(r"(?s) Received.*", "", str(error)).replace(os.getcwd(), "<cwd>")
    return f"{code}: {message}"


async def _play(form: str, name: str, args: list[Any]) -> str:
    result: Any = None
    try:
        if form == "sync":
            result = getattr(fs, f"{name}Sync")(*args)
        elif form == "promise":
            result = await getattr(fs.promises, name)(*args)
        else:
            answer: Deferred[tuple[Any, ...]] = Deferred()
            getattr(fs, name)(*args, lambda *got: answer.callback(got))
            error, *rest = await answer
            if isinstance(error, BaseException):
                raise error
            result = rest[0] if rest else None
    except Exception as error:
        return _outcome(error)
    finally:
        if name == "open" and isinstance(result, int):
            os.close(result)
        elif hasattr(result, "close"):
            closing = result.close()
            if closing is not None:
                await closing
    return "ok"


async def outcomes(call: list[Any], form: str, keys: list[str]) -> dict[str, dict[str, str]]:
    """What becomes of one call with these values at every place."""
    name, _, *args = call
    home, mask, folder = os.getcwd(), os.umask(0o022), os.path.realpath(tempfile.mkdtemp(prefix="fsarguments-"))
    os.chdir(folder)
    found: dict[str, dict[str, str]] = {}
    try:
        for place in places(args):
            for key in keys:
                value = VALUES[key]
                build()
                fd = os.open("file", os.O_RDWR)
                given = [_real(each, fd) for each in args]
                if len(place) == 1:
                    given[place[0]] = value
                else:
                    given[place[0]][place[1]] = value
                first = given[0]
                isDescriptor = isinstance(first, (int, float)) and not isinstance(first, bool) and first != fd
                isSkipped = isDescriptor and (name.endswith("File") or (0 <= first < 100 and float(first).is_integer()))
                isSkipped = isSkipped or (form != "sync" and key == "function")  # may be taken for the callback
                answer = "skipped" if isSkipped else await _play(form, name, given)
                found.setdefault(".".join(map(str, place)), {})[key] = answer
                try:
                    os.close(fd)
                except OSError:
                    pass
                _clean()
    finally:
        os.chdir(home)
        os.umask(mask)
        shutil.rmtree(folder)
    return found


def _real(value: Any, fd: int) -> Any:
    if isinstance(value, list):
        return [_real(each, fd) for each in value]
    if not isinstance(value, dict):
        return value
    if "$fd" in value:
        return fd
    return bytearray(value["$room"]) if "$room" in value else dict(value)


def _clean() -> None:
    for name in os.listdir("."):
        if os.path.isdir(name) and not os.path.islink(name):
            os.chmod(name, 0o700)
        shutil.rmtree(name) if os.path.isdir(name) and not os.path.islink(name) else os.unlink(name)
