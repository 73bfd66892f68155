"""zlib's engines: steps of bounded work."""

from __future__ import annotations

import gzip
import random
import zlib as pythons

import pytest
import zlibcases

from nodecompat.errors import NodeError
from nodecompat.zlib import constants as c
from nodecompat.zlib.engines import Deflating, Inflating, engineOf
from nodecompat.zlib.settings import settingsOf
from nodecompat.zlib.slices import SLICE


def testRecordedCases() -> None:
    assert len(zlibcases.recorded()) == 3000
    assert zlibcases.wrong(zlibcases.recorded()) == []


def testEachKindHasItsEngine() -> None:
    kinds = {kind: type(engineOf(settingsOf(kind, None, {}))) for kind in range(c.DEFLATE, c.UNZIP + 1)}
    assert [kind for kind, engine in kinds.items() if engine is Deflating] == [c.DEFLATE, c.GZIP, c.DEFLATERAW]
    assert set(kinds.values()) == {Deflating, Inflating}


@pytest.mark.parametrize("kind", [c.GUNZIP, c.INFLATE, c.INFLATERAW, c.UNZIP])
def testDataMayBeCutAnywhere(kind: int) -> None:
    data = random.Random(kind).randbytes(300) * 20
    bits = {c.GUNZIP: 31, c.INFLATE: 15, c.INFLATERAW: -15, c.UNZIP: 15}[kind]
    compressor = pythons.compressobj(wbits=bits)
    packed = compressor.compress(data) + compressor.flush()
    for size in (1, 2, 3, 7, 100):
        engine = Inflating(settingsOf(kind, None, {}))
        pieces = [piece for at in range(0, len(packed), size) for piece in engine.feed(packed[at : at + size], 0)]
        assert b"".join([*pieces, *engine.finish()]) == data


def testMembersOfGzipMayBeCutAnywhere() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two") + bytes(5) + b"junk"
    for size in range(1, 30):
        for kind in (c.GUNZIP, c.UNZIP):
            engine = Inflating(settingsOf(kind, None, {}))
            pieces = [piece for at in range(0, len(packed), size) for piece in engine.feed(packed[at : at + size], 0)]
            assert b"".join([*pieces, *engine.finish()]) == b"one two"


def testAStepIsBounded() -> None:
    packed = pythons.compress(bytes(3_000_000))
    pieces = list(Inflating(settingsOf(c.INFLATE, {"chunkSize": 1000}, {})).feed(packed, 0))
    assert max(map(len, pieces)) == 1000
    steps = list(Deflating(settingsOf(c.DEFLATE, None, {})).feed(bytes(3 * SLICE + 1), 0))
    assert len(steps) == 4


def testTheLevelMayChange() -> None:
    text = b"".join(random.Random(1).choice([b"some ", b"words ", b"again "]) for _ in range(3000))
    engine = Deflating(settingsOf(c.GZIP, {"level": 0}, {}))
    plain = b"".join(engine.feed(text, c.Z_SYNC_FLUSH))
    engine.params(9, 0)
    small = b"".join([*engine.feed(text, 0), *engine.finish()])
    assert len(plain) > len(text) > 4 * len(small)
    assert gzip.decompress(plain + small) == text + text


def testAfterAResetANewStreamBegins() -> None:
    engine = Deflating(settingsOf(c.GZIP, None, {}))
    list(engine.feed(b"lost", 0))
    engine.reset()
    assert gzip.decompress(b"".join([*engine.feed(b"kept", 0), *engine.finish()])) == b"kept"
    reader = Inflating(settingsOf(c.GUNZIP, None, {}))
    with pytest.raises(NodeError):
        list(reader.feed(b"junk", 0))
    reader.reset()
    assert b"".join(reader.feed(gzip.compress(b"x"), 0)) == b"x"


def testDictionaries() -> None:
    def packed(kind: int, dictionary: bytes) -> bytes:
        engine = Deflating(settingsOf(kind, {"dictionary": dictionary}, {}))
        return b"".join([*engine.feed(b"hello hello", 0), *engine.finish()])

    def unpacked(kind: int, data: bytes, dictionary: bytes | None) -> bytes:
        return b"".join(Inflating(settingsOf(kind, {"dictionary": dictionary}, {})).feed(data, 0))

    assert packed(c.DEFLATE, b"hello")[:6].hex() == "78bb062c0215"  # as Node's
    assert unpacked(c.INFLATE, packed(c.DEFLATE, b"hello"), b"hello") == b"hello hello"
    assert unpacked(c.INFLATERAW, packed(c.DEFLATERAW, b"hello"), b"hello") == b"hello hello"
    for dictionary, message in ((None, "Missing dictionary"), (b"world", "Bad dictionary")):
        with pytest.raises(NodeError, match=message) as caught:
            unpacked(c.INFLATE, packed(c.DEFLATE, b"hello"), dictionary)
        assert (caught.value.code, caught.value.errno) == ("Z_NEED_DICT", 2)  # type: ignore[attr-defined]


def testHeadsAreNodes() -> None:
    heads = {"{}": "789c", "level 9": "78da", "level 1": "7801", "level 0": "7801", "windowBits 9": "1895"}
    for name, head in heads.items():
        option, _, value = name.partition(" ")
        options = {option: int(value)} if value else {}
        assert b"".join(Deflating(settingsOf(c.DEFLATE, options, {})).finish())[:2].hex() == head
    for level, extra in ((-1, "00"), (9, "02"), (1, "04"), (0, "04")):
        data = b"".join(Deflating(settingsOf(c.GZIP, {"level": level}, {})).finish())
        assert data[:10].hex() == f"1f8b080000000000{extra}03"
