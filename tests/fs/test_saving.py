"""What is an iterable of pieces, and what is data."""

from __future__ import annotations

import array
from pathlib import Path

import pytest
import pytest_twisted

from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.fs import promises
from nodecompat.fs.saving import isIterable
from nodecompat.stream import Readable


def testWhatIsIterable() -> None:
    assert not any(map(isIterable, ["x", b"x", bytearray(), memoryview(b""), array.array("B"), 5, None, {}]))
    assert all(map(isIterable, [[], (), iter([]), (x for x in ""), Readable.from_([])]))


@pytest_twisted.ensureDeferred
async def testAPieceMustBeBytesOrText(tmp_path: Path) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE):
        await promises.writeFile(tmp_path / "a", ["x", 5])
    assert (tmp_path / "a").read_bytes() == b"x"
