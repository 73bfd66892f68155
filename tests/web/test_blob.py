"""Blob and File, as in Node."""

from __future__ import annotations

import array
from typing import Any

import pytest

from nodecompat.testing import Network
from nodecompat.web import Blob, File
from nodecompat.web.blob import readableOf


@pytest.fixture
def now(net: Network) -> Any:
    """What a Deferred comes to, after a turn."""

    def run(deferred: Any) -> Any:
        found: list[Any] = []
        deferred.addCallback(found.append)
        net.run()
        return found[0]

    return run


@pytest.mark.parametrize(
    ("sources", "content"),
    [
        ([], b""),
        (["a", b"b", bytearray(b"c"), memoryview(b"d"), Blob(["e"])], b"abcde"),
        (["ü", "\ud800"], "ü?".encode()),
        ([array.array("H", [0x4241])], b"AB"),
        ([5, True, None, 0.5], b"5trueundefined0.5"),
    ],
)
def testSourcesAreJoined(sources: list[Any], content: bytes, now: Any) -> None:
    blob = Blob(sources)
    assert (blob.size, now(blob.bytes()), now(blob.arrayBuffer())) == (len(content), content, content)


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        ((), "hello w"),
        ((2,), "llo w"),
        ((-3,), "o w"),
        ((2, 4), "ll"),
        ((-3, -1), "o "),
        ((4, 2), ""),
        ((0, 100), "hello w"),
        ((-100, 2), "he"),
    ],
)
def testSlices(bounds: tuple[int, ...], text: str, now: Any) -> None:
    part = Blob(["hello w"], type="text/plain").slice(*bounds)
    assert (now(part.text()), part.type, part.size) == (text, "", len(text))


@pytest.mark.parametrize(("given", "shown"), [("Text/Plain", "text/plain"), ("", ""), ("ä", ""), ("a\nb", "")])
def testTheType(given: str, shown: str) -> None:
    assert Blob([], type=given).type == Blob(["x"]).slice(type=given).type == shown


def testTheTextHasNoByteOrderMark(now: Any) -> None:
    assert now(Blob(["\ufeffx\ufeff", b"\xff"]).text()) == "x\ufeff\ufffd"


def testAStreamOfIt(net: Network) -> None:
    for content in (b"abc", b""):
        found: list[Any] = []
        readableOf(content).on("data", found.append).on("end", lambda: found.append("end"))  # noqa: B023
        net.run()
        assert found == ([content, "end"] if content else ["end"])
    assert Blob(["x"]).stream() is not Blob(["x"]).stream()


def testAFileHasANameAndATime() -> None:
    file = File(["abc"], "n.txt", type="text/plain", lastModified=5)
    assert (file.name, file.lastModified, file.size, file.type) == ("n.txt", 5, 3, "text/plain")
    assert File([], "n").lastModified > 1.6e12
    assert repr(file) == "File(size=3, type='text/plain')"
