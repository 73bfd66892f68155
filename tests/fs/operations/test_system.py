"""Errors of the system."""

from __future__ import annotations

import os

import pytest

from nodecompat.errors import SystemCallError
from nodecompat.fs.operations.system import failure, system


def testTheErrorIsNodes() -> None:
    with pytest.raises(FileNotFoundError, match=r"ENOENT: .*, rename '/no/a' -> '/no/b'") as caught:
        system(os.rename, b"/no/a", b"/no/b", syscall="rename", path=b"/no/a", dest=b"/no/b")
    error = caught.value
    assert isinstance(error, SystemCallError)
    assert (error.code, error.errno, error.syscall, error.path, error.dest) == ("ENOENT", 2, "rename", "/no/a", "/no/b")


def testAnErrorWithoutNumberStays() -> None:
    error = OSError("x")
    assert failure(error, "open") is error
