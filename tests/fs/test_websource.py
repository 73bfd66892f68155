"""A file as a web ReadableStream."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_twisted

from nodecompat.errors import ERR_INVALID_STATE
from nodecompat.fs import promises

check = pytest_twisted.ensureDeferred


@check
async def testTheWholeFile(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 40_000)
    file = await promises.open(tmp_path / "a")
    stream = file.readableWebStream(autoClose=True)
    with pytest.raises(ERR_INVALID_STATE, match=r"The FileHandle is locked"):
        file.readableWebStream()
    pieces = [bytes(piece) async for piece in stream]
    assert b"".join(pieces) == b"x" * 40_000 and len(pieces) == 3
    await file.close()
    assert file.fd == -1
