"""Paths and file URLs."""

from __future__ import annotations

import os
from typing import Any

import pytest
import urlcases

from nodecompat.errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_FILE_URL_HOST,
    ERR_INVALID_FILE_URL_PATH,
    ERR_INVALID_URL_SCHEME,
    NodeError,
)
from nodecompat.url import URL, fileURLToPath, fileURLToPathBuffer, pathToFileURL


@pytest.mark.parametrize("name", ["fileURLToPath", "pathToFileURL"])
def testRecordedCalls(name: str) -> None:
    urlcases.check(name)


@pytest.mark.skipif(os.name == "nt", reason="paths of this system")
def testARelativePathBeginsWhereWeAre(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert fileURLToPath(pathToFileURL("a b/")) == f"{os.getcwd()}/a b/"


def testAPathThatIsNoUtf8() -> None:
    assert fileURLToPathBuffer("file:///a%ff", windows=False) == b"/a\xff"
    assert fileURLToPathBuffer(URL("file:///C:/a%ff"), {"windows": True}) == b"C:\\a\xff"


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: fileURLToPath("http://a"), ERR_INVALID_URL_SCHEME, "The URL must be of scheme file"),
        (
            lambda: fileURLToPath("file://h/x", windows=False),
            ERR_INVALID_FILE_URL_HOST,
            'File URL host must be "localhost" or empty on ',
        ),
        (
            lambda: fileURLToPath("file:///a%2Fb", windows=False),
            ERR_INVALID_FILE_URL_PATH,
            "File URL path must not include encoded / characters",
        ),
        (
            lambda: fileURLToPath(5),
            ERR_INVALID_ARG_TYPE,
            'The "path" argument must be of type string or an instance of URL. Received type number (5)',
        ),
        (
            lambda: pathToFileURL(5),  # type: ignore[arg-type]
            ERR_INVALID_ARG_TYPE,
            'The "path" argument must be of type string. Received type number (5)',
        ),
        (
            lambda: pathToFileURL("\\\\srv", windows=True),
            ERR_INVALID_ARG_VALUE,
            "The argument 'path' Missing UNC resource path. Received '\\\\\\\\srv'",
        ),
        (
            lambda: pathToFileURL("\\\\\\share", windows=True),
            ERR_INVALID_ARG_VALUE,
            "The argument 'path' Empty UNC servername. Received '\\\\\\\\\\\\share'",
        ),
    ],
)
def testWrongArguments(call: Any, error: type[NodeError], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).startswith(message)
