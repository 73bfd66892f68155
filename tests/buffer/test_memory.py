"""Views: what is written on one side is seen on the other."""

from __future__ import annotations

import gc
import random

import pytest

from nodecompat.buffer import Buffer
from nodecompat.buffer.memory import Memory


def testAViewAndItsBufferSeeEachOthersWrites() -> None:
    data = Buffer.from_("abcdef")
    view = data.subarray(1, 4)
    view[0] = 0x78
    assert (data, view) == (b"axcdef", b"xcd")
    data.writeUInt16BE(0x3132, 3)
    assert (data, view) == (b"axc12f", b"xc1")


def testViewsOfViewsAndBesideEachOther() -> None:
    data = Buffer.from_("abcdefgh")
    left, right = data.slice(0, 6), data.slice(-5)
    inner = right.subarray(1, 3)
    inner.write("XY")
    assert (data, left, right, inner) == (b"abcdXYgh", b"abcdXY", b"dXYgh", b"XY")
    left.fill("-", 3, 5)
    assert (data, right, inner) == (b"abc--Ygh", b"--Ygh"[:1] + b"-Ygh", b"-Y")


def testEveryMethodThatWritesIsSeen() -> None:
    for write in (
        lambda view: view.fill("z"),
        lambda view: view.write("zz"),
        lambda view: view.set([1, 2]),
        lambda view: view.swap16(),
        lambda view: view.reverse(),
        lambda view: Buffer.from_("zz").copy(view),
        lambda view: view.writeUInt8(5, 1),
        lambda view: view.writeIntBE(-2, 0, 2),
        lambda view: view.writeFloatLE(0.1),
        lambda view: view.writeBigInt64BE(-2) if len(view) > 7 else view.fill(1),
        lambda view: view.__setitem__(-1, 7),
        lambda view: view.__setitem__(slice(1, 3), b"ab"),
    ):
        data = Buffer.from_(range(1, 9))
        view = data.subarray(2, 6)
        before = bytes(view)
        write(view)
        assert view != before
        assert (data[:2], data[2:6], data[6:]) == (b"\1\2", view, b"\7\10")


def testRandomWritesAgainstOneMemory() -> None:
    """The model is one bytearray and places in it."""
    for seed in range(40):
        randint = random.Random(seed).randint
        model = bytearray(range(20))
        views = [(Buffer.from_(model), 0)]
        for _ in range(60):
            view, offset = views[randint(0, len(views) - 1)]
            if randint(0, 2) == 0:
                begin = randint(0, len(view))
                end = randint(begin, len(view))
                views.append((view.subarray(begin, end), offset + begin))
            elif view:
                place = randint(0, len(view) - 1)
                size = randint(1, min(6, len(view) - place))
                value = randint(0, 256**size - 1)
                view.writeUIntBE(value, place, size)
                model[offset + place : offset + place + size] = value.to_bytes(size, "big")
            if randint(0, 9) == 0:
                del views[randint(0, len(views) - 1)]
                views = views or [(Buffer.from_(model), 0)]
            for each, start in views:
                assert each == model[start : start + len(each)], seed


def testABufferWithViewsCannotBeResized() -> None:
    data = Buffer.from_("abc")
    data += b"d"
    view = data.subarray(1)
    for resize in (
        lambda: data.append(1),
        lambda: data.extend(b"x"),
        lambda: data.__setitem__(slice(0, 1), b"xyz"),
        lambda: data.__delitem__(0),
        lambda: view.pop(),
        lambda: view.clear(),
    ):
        with pytest.raises(BufferError, match="a buffer with views cannot be resized"):
            resize()
    assert (data, view) == (b"abcd", b"bcd")


def testNothingIsKeptForViewsThatAreGone() -> None:
    data = Buffer.from_("abc")
    assert data._memory_ is None
    for _ in range(100):
        data.subarray(1)
    gc.collect()
    assert isinstance(data._memory_, Memory)
    assert len(data._memory_._views) <= 3


def testAViewOutlivesItsBuffer() -> None:
    view = Buffer.from_("abcdef").subarray(1, 5)
    inner = view.subarray(1)
    gc.collect()
    inner[0] = 0x78
    assert view == b"bxde"


def testWhatIsWrittenThroughTheBufferProtocolIsNotSeen() -> None:
    data = Buffer.from_("abc")
    view = data.subarray(1)
    memoryview(data)[1] = 0x78
    assert (data, view) == (b"axc", b"bc")
