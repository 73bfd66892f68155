"""Files as Blobs."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_twisted

from nodecompat import fs


@pytest_twisted.ensureDeferred
async def testAFileAsABlob(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("hello")
    blob = await fs.openAsBlob(tmp_path / "a", {"type": "text/plain"})
    assert (blob.size, blob.type, await blob.text()) == (5, "text/plain", "hello")
    assert await fs.openAsBlobSync(tmp_path / "a").text() == "hello"
    with pytest.raises(FileNotFoundError):
        await fs.openAsBlob(tmp_path / "b")
