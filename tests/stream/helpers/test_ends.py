"""What may be a link of a pipeline, and what is refused with a hint."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlog import Log

from nodecompat.abort import AbortController
from nodecompat.errors import NodeError
from nodecompat.stream import (
    Duplex,
    PassThrough,
    Readable,
    Writable,
    addAbortSignal,
    compose,
    finished,
    pipeline,
    promises,
)
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


def numbers() -> Iterator[str]:
    yield "1"


async def asyncNumbers() -> AsyncIterator[str]:
    yield "1"


async def coroutine(source: Any) -> None:
    """Never started."""


OPEN_TO_READ, OPEN_TO_WRITE = r'Open the path: open\(path, "rb"\)$', r'Open the path: open\(path, "wb"\)$'
DO_NOT_CALL = "Pass the function, without calling it$"
TAKE_SOCKET = r"Use net\.Socket\(fd=socket\.detach\(\)\)$"


def aSocket() -> Any:
    with socket.socket() as made:
        return made


#: What is no destination, and the end of the message.
REFUSED = [
    (lambda: Path("name"), OPEN_TO_WRITE),
    (lambda: "name", OPEN_TO_WRITE),
    (aSocket, TAKE_SOCKET),
    (lambda: numbers(), DO_NOT_CALL),
    (lambda: asyncNumbers(), DO_NOT_CALL),
    (lambda: coroutine(None), DO_NOT_CALL),
    (lambda: b"bytes", "Received an instance of Buffer$"),
    (lambda: ["a"], "Received an instance of Array$"),
    (lambda: 5, r"Received type number \(5\)$"),
    (lambda: None, "Received undefined$"),
    (object, "Received an instance of object$"),
]


@pytest.mark.parametrize("isLast", [True, False])
@pytest.mark.parametrize(("make", "text"), REFUSED)
def testWhatCannotBeWrittenToIsRefusedAtOnce(net: Network, make: Callable[[], Any], text: str, isLast: bool) -> None:
    source, sink = Readable.from_(["a"]), PassThrough()
    links = [source, make()] if isLast else [source, make(), sink]
    with pytest.raises(NodeError, match=text) as caught:
        pipeline(*links, lambda error: None)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"
    assert str(caught.value).startswith(('The "streams[1]" argument must be ', 'The "body" argument must be '))
    net.run()
    assert not source.destroyed
    assert not source.readableDidRead


@pytest.mark.parametrize(("make", "text"), [*REFUSED[:1], REFUSED[2], REFUSED[-1]])
def testThePromiseFormRefusesToo(outcome: Outcome, make: Callable[[], Any], text: str) -> None:
    with pytest.raises(NodeError, match=text if "object" not in text else "must be specified"):
        outcome(promises.pipeline(Readable.from_(["a"]), make()))


@pytest.mark.parametrize(("make", "text"), [(lambda: Path("name"), OPEN_TO_READ), (aSocket, TAKE_SOCKET)])
def testWhatIsNoSource(outcome: Outcome, make: Callable[[], Any], text: str) -> None:
    for use in (
        Readable.from_,
        Duplex.from_,
        lambda given: pipeline(given, PassThrough(), lambda error: None),
        lambda given: compose(given, PassThrough()),
        lambda given: Duplex.from_({"readable": given}),
    ):
        with pytest.raises(NodeError, match=text) as caught:
            use(make())
        assert caught.value.code == "ERR_INVALID_ARG_TYPE"


@pytest.mark.parametrize(("make", "text"), REFUSED[:3:2])
def testWhatIsNoDestinationOfAPipe(make: Callable[[], Any], text: str) -> None:
    with pytest.raises(NodeError, match=text) as caught:
        PassThrough().pipe(make())
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def testAFileBetweenTwoLinksIsRefused(tmp_path: Path) -> None:
    with (
        (tmp_path / "file").open("wb") as file,
        pytest.raises(NodeError, match=r"What is both read and written here is a Transform or a function$"),
    ):
        pipeline(["a"], file, PassThrough(), lambda error: None)


def testAFileIsNotCopiedIntoItself(tmp_path: Path) -> None:
    with (
        (tmp_path / "file").open("w+b") as file,
        pytest.raises(NodeError, match=r"must not begin and end with the same"),
    ):
        pipeline(file, file, lambda error: None)


def testAFileHasNoEvents(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        for use in (lambda: finished(file, lambda: None), lambda: addAbortSignal(AbortController().signal, file)):
            with pytest.raises(
                NodeError, match=r"Make a stream of it: Readable\.from_\(it\), or Duplex\.from_"
            ) as caught:
                use()
            assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def testAPairIsADestination(net: Network, log: Log) -> None:
    """Node takes it without a word, and writes nothing."""
    sink = Writable(write=lambda chunk, encoding, callback: (log.append(chunk), callback()))
    pipeline(["a"], {"writable": sink}, lambda error: log.append(error))
    net.run()
    assert log == [b"a", None]


def testAPairThatCannotBeWrittenToIsNone() -> None:
    with pytest.raises(NodeError, match="must be writable") as caught:
        pipeline(["a"], {"readable": PassThrough()}, lambda error: None)
    assert caught.value.code == "ERR_INVALID_ARG_VALUE"
