"""Content-Encoding: pieces, the bound, broken input."""

from __future__ import annotations

import gzip
import zlib

import pytest

from nodecompat.web import decoding
from nodecompat.web.decoding import DecodingError, decoderFor

TEXT = b"The quick brown fox. " * 20000


def decode(encoding: str, data: bytes, step: int = 1000) -> list[bytes]:
    decoder, pieces = decoderFor(encoding), []
    for start in range(0, len(data), step):
        decoder.feed(data[start : start + step])
        while (piece := decoder.take()) is not None:
            pieces.append(piece)
    return pieces


@pytest.mark.parametrize("name", ["br", "zstd", "gzip, br", "zstd, gzip"])
def testOtherEncodings(name: str) -> None:
    data = TEXT
    for each in name.split(", "):
        if each == "br":
            data = pytest.importorskip("brotli").compress(data)
        elif each == "zstd":
            data = _zstd(data)
        else:
            data = gzip.compress(data, mtime=0)
    pieces = decode(name, data)
    assert b"".join(pieces) == TEXT and max(map(len, pieces)) < 2 * decoding.PIECE


def _zstd(data: bytes) -> bytes:
    try:
        from compression import zstd  # type: ignore[import-not-found]  # in Python from 3.14 on
    except ModuleNotFoundError:
        zstd = pytest.importorskip("backports.zstd")
    packed: bytes = zstd.compress(data)
    return packed


def testHalfOfZstdIsWorthNothing() -> None:
    decoder = decoderFor("zstd")
    packed = _zstd(TEXT)
    decoder.feed(packed[:-3])
    while decoder.take() is not None:
        pass
    with pytest.raises(DecodingError, match="unexpected end of file"):
        decoder.finish()


def testWhatOtherEncodingsCannotRead() -> None:
    pytest.importorskip("brotli")
    decoder = decoderFor("br")
    decoder.feed(b"nonsense nonsense")
    with pytest.raises(DecodingError, match="Decompression failed"):
        decoder.take()


def testWhatIsAskedFor() -> None:
    assert decoding.acceptedOver("http:") == "gzip, deflate"
    assert "gzip, deflate" in decoding.acceptedOver("https:")


def rawDeflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    "encoding, data",
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("X-Gzip", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", rawDeflate(TEXT)),
        ("gzip, deflate", zlib.compress(gzip.compress(TEXT, mtime=0))),
        ("gzip", gzip.compress(TEXT[:1000], mtime=0) + gzip.compress(TEXT[1000:], mtime=0)),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"rubbish"),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 1000, 10**6])
def testDecodes(encoding: str, data: bytes, step: int) -> None:
    pieces = decode(encoding, data, step)
    assert b"".join(pieces) == TEXT
    assert max(map(len, pieces)) <= decoding.PIECE


@pytest.mark.parametrize("encoding", [None, "", "compress", "gzip, compress"])
def testWhatIsNotKnownIsLeftAlone(encoding: str | None) -> None:
    assert decoderFor(encoding) is None


def testABombIsStopped() -> None:
    data = gzip.compress(b"\0" * (decoding.FREE_SIZE * 4))
    with pytest.raises(DecodingError) as caught:
        decode("gzip", data, 10**6)
    assert caught.value.code == "ERR_DECODED_BODY_TOO_LARGE"


def testABombInABombIsStoppedEarly() -> None:
    data = gzip.compress(gzip.compress(b"\0" * (decoding.FREE_SIZE * 2)))
    assert len(data) < 2000
    with pytest.raises(DecodingError):
        decode("gzip, gzip", data)


def testWhatIsNotGzip() -> None:
    with pytest.raises(DecodingError, match="incorrect header check") as caught:
        decode("gzip", b"plain text")
    assert caught.value.code == "Z_DATA_ERROR"


def testTooManyEncodings() -> None:
    with pytest.raises(DecodingError, match="too many content-encodings in response: 6, maximum allowed is 5"):
        decoderFor("gzip, gzip, gzip, gzip, gzip, gzip")
