"""What all engines share."""

from __future__ import annotations

from nodecompat.zlib.slices import SLICE, incomplete, slicesOf


def testSlices() -> None:
    data = bytes(2 * SLICE + 5)
    assert [len(each) for each in slicesOf(data)] == [SLICE, SLICE, 5]
    assert list(slicesOf(b"")) == []


def testTheErrorOfWhatIsNotWhole() -> None:
    error = incomplete()
    assert (error.code, error.errno, str(error)) == ("Z_BUF_ERROR", -5, "unexpected end of file")  # type: ignore[attr-defined]
