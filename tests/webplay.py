"""Plays programs of `tools/fuzz_web.py`: steps with Headers, Request and Response, and what each gives or raises.

A step is `["new", class, arguments…]`, `["static", class, method, arguments…]`, `["get", object, name]`,
`["call", object, method, arguments…]`, `["each", object]` or `["read", object, name]`, where an object is the number of
one that an earlier step has made.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from twisted.internet.defer import Deferred

from nodecompat import AbortController, AbortSignal, Blob, FormData, Headers, Request, Response, URLSearchParams
from nodecompat.stream.core.promises import run
from nodecompat.stream.web import ReadableStream
from nodecompat.testing import network

CLASSES: dict[str, Any] = {"Headers": Headers, "Request": Request, "Response": Response}
NEW = {"Request": Request, "Response": Response, "ReadableStream": ReadableStream}


def decode(value: Any, objects: list[Any]) -> Any:
    """An argument of a step."""
    if isinstance(value, list):
        return [decode(each, objects) for each in value]
    if not isinstance(value, dict):
        return value
    kind, content = next(iter(value.items()))
    if kind == "bytes":
        return content.encode("latin-1")
    if kind == "object":
        return objects[content]
    if kind == "stream":
        return ReadableStream.from_([decode(each, objects) for each in content])
    if kind == "chunks":
        return _chunks([decode(each, objects) for each in content])
    if kind == "form":
        form = FormData()
        for name, given in content:
            form.append(name, given)
        return form
    if kind == "blob":
        return Blob([content[0]], type=content[1])
    if kind == "params":
        return URLSearchParams(content)
    if kind == "abort":
        return AbortSignal.abort() if content else AbortController().signal
    return {name: decode(given, objects) for name, given in content.items()}


async def _chunks(chunks: list[Any]) -> AsyncIterator[Any]:
    for chunk in chunks:
        yield chunk


async def encode(value: Any, objects: list[Any]) -> Any:
    """What a step gives, as JSON has it."""
    if isinstance(value, bytes):
        return {"bytes": value.decode("latin-1")}
    if isinstance(value, Headers):
        return {"Headers": [list(pair) for pair in value]}
    if isinstance(value, FormData):
        return {"FormData": [[name, given if isinstance(given, str) else "[object File]"] for name, given in value]}
    if isinstance(value, Blob):
        return {"Blob": [await value.text(), value.type]}
    if isinstance(value, AbortSignal):
        return {"AbortSignal": value.aborted}
    for name, cls in NEW.items():
        if isinstance(value, cls):
            objects.append(value)
            return name
    if isinstance(value, Iterator):
        return [list(each) if isinstance(each, tuple) else each for each in value]
    return value


async def perform(step: list[Any], objects: list[Any]) -> Any:
    kind, target, *rest = step
    if kind == "new":
        return CLASSES[target](*(decode(each, objects) for each in rest))
    if kind == "static":
        return getattr(CLASSES[target], rest[0])(*(decode(each, objects) for each in rest[1:]))
    object = objects[target]
    if kind == "get":
        return getattr(object, rest[0])
    if kind == "each":
        seen: list[Any] = []
        object.forEach(lambda value, key: seen.append([key, value]))
        return seen
    if kind == "read":
        stream = getattr(object, rest[0])
        return "".join([chunk if isinstance(chunk, str) else chunk.decode("latin-1") async for chunk in stream])
    value = getattr(object, rest[0])(*(decode(each, objects) for each in rest[1:]))
    return await value if isinstance(value, Deferred) else value


def _isMissing(step: list[Any], objects: list[Any]) -> bool:
    found = re.search('"object": ([0-9])', json.dumps(step))
    if found is not None and int(found[1]) >= len(objects):
        return True
    if step[0] in ("new", "static"):
        return False
    return step[1] >= len(objects) or (step[0] == "read" and getattr(objects[step[1]], step[2]) is None)


def _unmarked(value: Any) -> Any:
    """Without the random part of a form's boundary."""
    return json.loads(re.sub("nodecompat-[0-9]+", "BOUNDARY", json.dumps(value)))


async def program(steps: list[Any], log: list[Any]) -> None:
    objects: list[Any] = []
    for step in steps:
        if _isMissing(step, objects):
            log.append("missing")
            continue
        try:
            value = await perform(step, objects)
            if step[:2] == ["new", "Headers"]:
                objects.append(value)
            log.append(_unmarked(await encode(value, objects)))
        except Exception as error:
            name = getattr(error, "name", type(error).__name__)
            log.append({"error": [name, getattr(error, "message", str(error))]})


def play(steps: list[Any]) -> list[Any]:
    """What each step of a program gives."""
    log: list[Any] = []
    with network() as net:
        run(program(steps, log)).addErrback(lambda failure: log.append(repr(failure.value)))
        net.run()
        assert net.faults == []
    return log


#: What Node says when the body of a Request that was given to another one is read after it was asked for in vain.
LOCKED = {"error": ["TypeError", "Invalid state: ReadableStream is locked"]}


def similar(theirs: list[Any], ours: list[Any]) -> bool:
    """Whether a program's outcomes are the same; such a stream of no use need not be locked."""
    pairs = zip(theirs, ours, strict=True)
    return all(one == other or (one == LOCKED and other == "") for one, other in pairs)
