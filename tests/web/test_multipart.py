"""multipart/form-data, as Node's fetch reads and writes it."""

from __future__ import annotations

import time
from typing import Any

import cases
import oracle
import pytest

from nodecompat.blob import Blob, File
from nodecompat.web import FormData
from nodecompat.web.formdata import decode, encode


def read(text: str, kind: str) -> Any:
    try:
        form = decode(text.encode("latin-1"), kind)
    except Exception as error:
        return {"message": str(error)}
    return [[name, shown(value)] for name, value in form]


def shown(value: str | File) -> Any:
    return [value.name, value.type, value._content_.decode("latin-1")] if isinstance(value, File) else value


def isSame(ours: Any, result: Any) -> bool:
    """Of several faults in a body either side may name another one."""
    return isinstance(ours, dict) if isinstance(result, dict) else bool(ours == result)


def wrong(found: list[Any]) -> list[Any]:
    results = ((text, kind, "node", result, "here", read(text, kind)) for text, kind, result in found)
    return [each for each in results if not isSame(each[5], each[3])]


def testRecordedCases() -> None:
    assert wrong(cases.recorded("form")) == []


@oracle.needsNode
def testFreshCases() -> None:
    assert wrong(cases.fresh("form", 600)) == []


def body(*parts: str, boundary: str = "b") -> bytes:
    return "".join(f"--{boundary}\r\n{part}\r\n" for part in parts).encode() + f"--{boundary}--\r\n".encode()


DISPOSITION = "Content-Disposition"
FIELD = f'{DISPOSITION}: form-data; name="a"\r\n\r\n'
KIND = "multipart/form-data; boundary=b"


def testADelimiterIsAWholeLine() -> None:
    """Where the text of a boundary stands within a line, it is content; Node refuses the body."""
    assert list(decode(body(FIELD + "x--b y"), KIND)) == [("a", "x--b y")]
    assert read("--b\r\n" + FIELD + "1\r\n--bEVIL\r\nx\r\n--b--\r\n", KIND) == {
        "message": "Failed to parse body as FormData."
    }


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "no boundary found in multipart body"),
        ("--b\r\n" + FIELD + "1\r\n", "expected boundary after body"),
        (
            "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
            "name attribute is required in content-disposition header",
        ),
        ("--b\r\nX-y: z\r\n\r\n1\r\n--b--", "header name is null"),
        (
            "--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--b--",
            "expected form-data for content-disposition header",
        ),
        ("--b\r\nX y: z\r\n\r\n1\r\n--b--", "header name does not match the field-name token production"),
        ("--b \r\n" + FIELD + "1\r\n--b--", "expected CRLF"),
        ("--b\r\n" + FIELD + "--b\r\n" + FIELD + "1\r\n--b--", "expected CRLF"),
    ],
)
def testTheCauseSaysWhatIsWrong(text: str, cause: str) -> None:
    with pytest.raises(TypeError, match=r"^Failed to parse body as FormData\.$") as caught:
        decode(text.encode(), KIND)
    assert str(caught.value.__cause__) == cause


def testWhatIsSent() -> None:
    form = FormData()
    form.append('a\r\n"é', "x\ry\n")
    form.append("f", File(["z"], 'n"\r\n.txt'))
    form.append("g", Blob(["q"], type="a/b"))
    content, kind = encode(form)
    boundary = kind.removeprefix("multipart/form-data; boundary=")
    disposition = "Content-Disposition: form-data; name="
    assert content == body(
        f'{disposition}"a%0D%0A%22é"\r\n\r\nx\r\ny\r\n',
        f'{disposition}"f"; filename="n%22%0D%0A.txt"\r\nContent-Type: application/octet-stream\r\n\r\nz',
        f'{disposition}"g"; filename="blob"\r\nContent-Type: a/b\r\n\r\nq',
        boundary=boundary,
    )
    assert kind.startswith("multipart/form-data; boundary=----formdata-") and len(boundary) > 27


@pytest.mark.parametrize(
    "text",
    [
        "--b\r\nContent-Disposition: form-data; name=" + '";' * 200_000 + "\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; " + "a=b; " * 100_000 + "\r\n\r\n1\r\n--b--",
        "--b\r\n" + "A: b\r\n" * 100_000 + "\r\n--b--",
        ("--b\r\n" + FIELD + "1\r\n") * 30_000,
        "\r\n--" * 300_000,
        "--b\r\n" + FIELD + "\r\n--" * 300_000,
    ],
)
def testNothingIsQuadratic(text: str) -> None:
    start = time.process_time()
    read(text, KIND)
    assert time.process_time() - start < 2
