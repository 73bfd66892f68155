"""Blob and File, as in Node."""

from __future__ import annotations

import array
from typing import Any

import pytest

from nodecompat.blob import Blob, File
from nodecompat.errors import NodeTypeError
from nodecompat.testing import Network
from nodecompat.util import inspect


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
        (["ü", "\ud800"], "ü\ufffd".encode()),
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
        ((float("nan"), 2.7), "he"),
        (("1", "3"), "el"),
        ((4, 2), ""),
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
        reader = Blob([content]).stream().getReader()
        for _ in range(2):
            reader.read().addCallback(found.append)
        net.run()
        chunks = [content] if content else []
        assert [each.value for each in found if not each.done] == chunks
        assert found[-1].done


def testAFileHasANameAndATime() -> None:
    file = File(["abc"], "n.txt", {"type": "text/plain", "lastModified": 5})
    assert (file.name, file.lastModified, file.size, file.type) == ("n.txt", 5, 3, "text/plain")
    assert File([], "n").lastModified > 1.6e12
    assert repr(file) == "File(size=3, type='text/plain')"
    assert [File([], "n", lastModified=given).lastModified for given in ("7", 1.9, float("nan"), -5)] == [7, 1.9, 0, -5]
    assert [File([], name).name for name in (5, "a/b\ud800", "")] == ["5", "a/b\ufffd", ""]


def testLineEnds(now: Any) -> None:
    assert now(Blob(["a\r\nb\rc\nd", b"\r\n"], endings="native").bytes()) == b"a\nb\nc\nd\r\n"
    assert now(Blob(["a\r\nb"], {"endings": "transparent"}).bytes()) == b"a\r\nb"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("a",), "ERR_INVALID_ARG_TYPE", "Value cannot be converted to sequence."),
        ((5,), "ERR_INVALID_ARG_TYPE", "Value cannot be converted to sequence."),
        (([], 5), "ERR_INVALID_ARG_TYPE", 'The "options" argument must be a dictionary. Received type number (5)'),
        (
            ([], {"endings": "x"}),
            "ERR_INVALID_ARG_VALUE",
            "The property 'options.endings' is invalid. Received 'x'",
        ),
    ],
)
def testBadArguments(arguments: tuple[Any, ...], code: str, message: str) -> None:
    with pytest.raises(NodeTypeError) as caught:
        Blob(*arguments)
    assert (caught.value.code, caught.value.message) == (code, message)


def testHowTheyAreShown() -> None:
    assert inspect(Blob(["a"])) == "Blob { size: 1, type: '' }"
    assert inspect(File(["a"], "n", lastModified=1)) == "File { size: 1, type: '', name: 'n', lastModified: 1 }"
    assert inspect({"a": {"b": Blob([])}}, depth=1) == "{ a: { b: [Blob] } }"
