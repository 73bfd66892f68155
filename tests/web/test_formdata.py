"""FormData and its encodings."""

from __future__ import annotations

import time
from typing import Any

import pytest
import pytest_twisted
from fetching import failure

from nodecompat import FormData, Response
from nodecompat.web import Blob, File
from nodecompat.web.formdata import decode


def testSetReplacesInPlace() -> None:
    form = FormData()
    for name, value in [("a", "1"), ("b", "2"), ("a", "3")]:
        form.append(name, value)
    assert form.getAll("a") == ["1", "3"] and form.get("a") == "1" and form.get("c") is None
    form.set("a", 4)
    assert list(form) == [("a", "4"), ("b", "2")] and list(form.keys()) == ["a", "b"]
    form.delete("a")
    assert not form.has("a") and list(form.values()) == ["2"]


def testBlobsBecomeFiles() -> None:
    form = FormData()
    form.append("a", Blob(["x"], type="Text/Plain"))
    form.append("b", Blob(["x"]), "b.txt")
    assert [(file.name, file.type, file.size) for file in form.values()] == [
        ("blob", "text/plain", 1),
        ("b.txt", "", 1),
    ]


def testAFilenameNeedsABlob() -> None:
    with pytest.raises(TypeError, match=r'FormData.append: Expected value \(""b""\) to be an instance of Blob.'):
        FormData().append("a", "b", "c")


@pytest_twisted.ensureDeferred
async def testMultipartRoundTrip() -> None:
    form = FormData()
    form.append("text", "a\nb")
    form.append('quo"te', File([b"\x00\r\n--x\xff"], 'f"ü.bin', type="image/png"))
    again = await Response(form).formData()
    file = again.get('quo"te')
    assert again.get("text") == "a\r\nb" and (file.name, file.type) == ('f"ü.bin', "image/png")
    assert await file.bytes() == b"\x00\r\n--x\xff"


@pytest_twisted.ensureDeferred
async def testUrlencoded() -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    form = await Response("a=1&b=%C3%BC+x&c=", headers=kind).formData()
    assert list(form) == [("a", "1"), ("b", "ü x"), ("c", "")]


@pytest.mark.parametrize(
    "kind, body, message",
    [
        (
            "text/plain",
            "x",
            'Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".',
        ),
        ("multipart/form-data; boundary=x", "y", "Failed to parse body as FormData."),
        ("multipart/form-data", "y", "Failed to parse body as FormData."),
        ("multipart/form-data; boundary=x", "--x\r\n\r\n\r\na\r\n--x--", "Failed to parse body as FormData."),
        ("multipart/form-data; boundary=x", "--x\r\nA: b\r\n\r\na", "Failed to parse body as FormData."),
    ],
)
@pytest_twisted.ensureDeferred
async def testBrokenForms(kind: str, body: str, message: str) -> None:
    error: Any = await failure(Response(body, headers={"content-type": kind}).formData())
    assert isinstance(error, TypeError) and str(error) == message


def testNamesAndValuesAreTexts() -> None:
    form = FormData()
    form.append(1, 2)
    form.append("\ud800", None)
    assert list(form) == [("1", "2"), ("\ufffd", "undefined")]
    assert (form.get(1), form.has("\ud800"), form.get("x")) == ("2", True, None)


def testSetAndDeleteKeepTheOrder() -> None:
    form = FormData()
    for name in "abacab":
        form.append(name, name * 2)
    form.set("a", "1")
    form.delete("c")
    form.set("d", "2")
    assert list(form) == [("a", "1"), ("b", "bb"), ("b", "bb"), ("d", "2")]
    form.delete("a")
    form.append("a", "3")
    assert (form.getAll("b"), list(form.keys())) == (["bb", "bb"], ["b", "b", "d", "a"])


def testManyNamesTakeLinearTime() -> None:
    form, start = FormData(), time.process_time()
    for _ in range(2):
        for number in range(40_000):
            form.set(number, number)
    assert len(list(form)) == 40_000 and time.process_time() - start < 3


@pytest.mark.parametrize(
    ("contentType", "boundary"),
    [
        ("multipart/form-data; boundary=b, multipart/form-data; boundary=c", "c"),
        ("multipart/form-data; boundary=b, */*", "b"),
        ("text/plain, multipart/form-data; boundary=b; boundary=c", "b"),
    ],
)
def testOfSeveralTypesTheLastCounts(contentType: str, boundary: str) -> None:
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--{boundary}--'
    assert list(decode(body.encode(), contentType)) == [("x", "1")]
