"""What a peer can send behind the handshake, and what comes of it in Node: npm's `ws` is server, the global client.

The cases follow the sections of Autobahn's test suite. Each is a list of frames; behind them the peer closes with 1000.
The side under test echoes messages. Answers stand in data/websocket/answers.json; record them with

    python tests/websocketcases.py            (needs Node 26 and its `ws`: .ci/run installs both)
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ANSWERS = HERE / "data/websocket/answers.json"
#: npm's package, where .ci/run installs it.
WS = Path(os.environ.get("NODECOMPAT_WS", HERE.parent / ".node/node_modules/ws"))
KEY = bytes.fromhex("37fa213d")
TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
#: Not final.
BEGIN, BEGIN_BINARY, MIDDLE, LAST = 0x01, 0x02, 0x00, 0x80
PACKED = 0xC1


def frame(first: int, payload: bytes = b"", masked: bool = False, size: int | None = None) -> bytes:
    """A frame; `size` for a length that is a lie."""
    size = len(payload) if size is None else size
    bit = 0x80 if masked else 0
    if size < 126:
        head = bytes((first, bit | size))
    elif size < 65536:
        head = bytes((first, bit | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((first, bit | 127)) + size.to_bytes(8, "big")
    if not masked:
        return head + payload
    return head + KEY + bytes(byte ^ KEY[place & 3] for place, byte in enumerate(payload))


def closing(code: int, reason: bytes = b"") -> tuple[int, bytes]:
    """A close frame."""
    return CLOSE, code.to_bytes(2, "big") + reason


def packed(data: bytes, level: int = -1, bits: int = -15) -> bytes:
    """A message as permessage-deflate packs it."""
    maker = zlib.compressobj(level, zlib.DEFLATED, bits)
    return (maker.compress(data) + maker.flush(zlib.Z_SYNC_FLUSH))[:-4]


Frame = tuple[Any, ...]
#: Frames, or how many bytes go at a time.
Case = list[Any]


def _sizes() -> Iterator[tuple[str, Case]]:
    for kind, first, byte in (("1.1", TEXT, b"*"), ("1.2", BINARY, b"\xfe")):
        for number, size in enumerate((0, 125, 126, 127, 128, 65535, 65536), 1):
            yield f"{kind}.{number}", [(first, byte * size)]
        yield f"{kind}.8", [997, (first, byte * 65536)]


def _pings() -> Iterator[tuple[str, Case]]:
    yield "2.1", [(PING, b"")]
    yield "2.2", [(PING, b"Hello, world!")]
    yield "2.3", [(PING, b"\0\xff\xfe\xfd\xfc\xfb\0\xff")]
    yield "2.4", [(PING, b"\xfe" * 125)]
    yield "2.5", [(PING, b"\xfe" * 126)]
    yield "2.6", [1, (PING, b"\xfe" * 125)]
    yield "2.7", [(PONG, b"")]
    yield "2.8", [(PONG, b"unsolicited pong payload")]
    yield "2.9", [(PONG, b"unsolicited"), (PING, b"ping payload")]
    pings = [(PING, b"payload-%d" % number) for number in range(10)]
    yield "2.10", pings
    yield "2.11", [1, *pings]


def _reserved() -> Iterator[tuple[str, Case]]:
    yield "3.1", [(TEXT | 0x40, b"small")]
    for name, size in (("3.2", 0), ("3.3", 0), ("3.4", 1)):
        yield name, [*([size] if size else []), (TEXT, b"small"), (TEXT | int(name[-1]) * 8, b"again"), (PING, b"")]
    yield "3.5", [(BINARY | 0x50, b"\0\xff")]
    yield "3.6", [(PING | 0x60, b"ping")]
    yield "3.7", [(CLOSE | 0x70, b"")]
    for kind, codes in (("4.1", range(3, 8)), ("4.2", range(11, 16))):
        for number, code in enumerate(codes, 1):
            yield (
                f"{kind}.{number}",
                [(TEXT, b"before"), (0x80 | code, b"" if number % 2 else b"reserved"), (PING, b"")],
            )


def _fragments() -> Iterator[tuple[str, Case]]:
    yield "5.1", [(PING & 0x7F, b"fragment1"), (LAST, b"fragment2")]
    yield "5.2", [(PONG & 0x7F, b"fragment1"), (LAST, b"fragment2")]
    pair = [(BEGIN, b"fragment1"), (LAST, b"fragment2")]
    yield "5.3", pair
    yield "5.4", [12, *pair]
    yield "5.5", [1, *pair]
    mixed = [pair[0], (PING, b"ping"), pair[1]]
    yield "5.6", mixed
    yield "5.7", [16, *mixed]
    yield "5.8", [1, *mixed]
    for number, first in ((9, LAST), (10, LAST), (11, LAST), (12, MIDDLE), (13, MIDDLE), (14, MIDDLE)):
        size = {0: [], 1: [11], 2: [1]}[(number - 9) % 3]
        yield f"5.{number}", [*size, (first, b"non-continuation payload"), (TEXT, b"Hello, world!")]
    yield "5.15", [*pair, (MIDDLE, b"fragment3"), (TEXT, b"fragment4")]
    yield "5.16", [(MIDDLE, b"fragment1"), (BEGIN, b"fragment2"), (LAST, b"fragment3")] * 2
    yield "5.17", [(LAST, b"fragment1"), (BEGIN, b"fragment2"), (LAST, b"fragment3")] * 2
    yield "5.18", [(BEGIN, b"fragment1"), (TEXT, b"fragment2")]
    long = [
        *((BEGIN, b"fragment1"), (MIDDLE, b"fragment2"), (PING, b"pongme 1!"), (MIDDLE, b"fragment3")),
        *((MIDDLE, b"fragment4"), (PING, b"pongme 2!"), (LAST, b"fragment5")),
    ]
    yield "5.19", long
    yield "5.20", [1, *long]
    yield "5.21", [(BEGIN_BINARY, b""), (MIDDLE, b""), (LAST, b"")]
    yield "5.22", [(BEGIN, b"a"), (BEGIN, b"b"), (LAST, b"c")]
    yield "5.23", [(BEGIN, b"a"), closing(1000)]


#: Sections 6.5 to 6.23: valid and invalid UTF-8.
_TEXTS = {
    "6.5": ["κόσμε", "ß", "𝄞", "a\0b"],
    "6.6": [
        b"\xce",
        b"\xce\xba",
        b"\xce\xba\xe1",
        b"\xce\xba\xe1\xbd",
        b"\xce\xba\xe1\xbd\xb9",
        "κό\u03c3\u03bc\u03b5",
    ],
    "6.7": ["\0", "\x80", "\u0800", "\U00010000"],
    "6.8": [b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80"],
    "6.9": ["\x7f", "\u07ff", "\uffff", "\U0010ffff"],
    "6.10": [b"\xf7\xbf\xbf\xbf", b"\xfb\xbf\xbf\xbf\xbf", b"\xfd\xbf\xbf\xbf\xbf\xbf"],
    "6.11": ["\ud7ff", "\ue000", "\ufffd", "\U0010ffff", b"\xf4\x90\x80\x80"],
    "6.12": [b"\x80", b"\xbf", b"\x80\xbf", b"\x80\xbf\x80", b"\x80\xbf\x80\xbf"],
    "6.13": [bytes(range(0xC0, 0xE0)), bytes(range(0xE0, 0xF0)), bytes(range(0xF0, 0xF8)), b"\xf8\xf9", b"\xfc\xfd"],
    "6.14": [b"\xc0", b"\xe0\x80", b"\xf0\x80\x80", b"\xf8\x80\x80\x80", b"\xdf", b"\xef\xbf", b"\xf7\xbf\xbf"],
    "6.15": [b"\xc0\xe0\x80\xf0\x80\x80\xf8\x80\x80\x80"],
    "6.16": [b"\xfe", b"\xff", b"\xfe\xfe\xff\xff"],
    "6.17": [b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xf8\x80\x80\x80\xaf", b"\xfc\x80\x80\x80\x80\xaf"],
    "6.18": [b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf", b"\xf8\x87\xbf\xbf\xbf"],
    "6.19": [b"\xc0\x80", b"\xe0\x80\x80", b"\xf0\x80\x80\x80"],
    "6.20": [b"\xed\xa0\x80", b"\xed\xad\xbf", b"\xed\xae\x80", b"\xed\xb0\x80", b"\xed\xbe\x80", b"\xed\xbf\xbf"],
    "6.21": [b"\xed\xa0\x80\xed\xb0\x80", b"\xed\xad\xbf\xed\xbf\xbf", b"\xed\xaf\xbf\xed\xbf\xbf"],
    "6.22": ["\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"],
    "6.23": ["\ufdd0", "\ufeff", "\ufeffa", "a\ufeff"],
}
_GREETING = "Hello-µ@ßöäüàá-UTF-8!!".encode()
_BROKEN = "κόσμε".encode() + b"\xf4\x90\x80\x80edited"


def _texts() -> Iterator[tuple[str, Case]]:
    yield "6.1.1", [(TEXT, b"")]
    yield "6.1.2", [(BEGIN, b""), (MIDDLE, b""), (LAST, b"")]
    yield "6.1.3", [(BEGIN, b""), (MIDDLE, b"middle frame payload"), (LAST, b"")]
    yield "6.2.1", [(TEXT, _GREETING)]
    yield "6.2.2", [(BEGIN, _GREETING[:12]), (LAST, _GREETING[12:])]
    yield "6.2.3", [(BEGIN, _GREETING[:1]), *((MIDDLE, bytes((b,))) for b in _GREETING[1:]), (LAST, b"")]
    kosme = "κόσμε".encode()
    yield "6.2.4", [(BEGIN, b""), *((MIDDLE, bytes((b,))) for b in kosme), (LAST, b"")]
    yield "6.3.1", [(TEXT, _BROKEN)]
    yield "6.3.2", [(BEGIN, _BROKEN[:1]), *((MIDDLE, bytes((b,))) for b in _BROKEN[1:]), (LAST, b"")]
    yield "6.4.1", [(BEGIN, _BROKEN[:11]), (MIDDLE, _BROKEN[11:15]), (LAST, _BROKEN[15:])]
    yield "6.4.2", [(BEGIN, _BROKEN[:12]), (MIDDLE, _BROKEN[12:13]), (LAST, _BROKEN[13:])]
    yield "6.4.3", [7, (TEXT, _BROKEN)]
    for section, texts in _TEXTS.items():
        for number, text in enumerate(texts, 1):
            yield f"{section}.{number}", [(TEXT, text.encode() if isinstance(text, str) else text)]


def _closes() -> Iterator[tuple[str, Case]]:
    hello = (TEXT, b"Hello World!")
    yield "7.1.1", [hello]
    yield "7.1.2", [closing(1000), closing(1000)]
    yield "7.1.3", [closing(1000), (PING, b"")]
    yield "7.1.4", [closing(1000), hello]
    yield "7.1.5", [(BEGIN, b"fragment1"), closing(1000), (LAST, b"fragment2")]
    yield "7.1.6", [(TEXT, b"*" * 70_000), hello, closing(1000), (PING, b"")]
    yield "7.3.1", [(CLOSE, b"")]
    yield "7.3.2", [(CLOSE, b"a")]
    yield "7.3.3", [closing(1000)]
    yield "7.3.4", [closing(1000, b"Hello World!")]
    yield "7.3.5", [closing(1000, b"*" * 123)]
    yield "7.3.6", [closing(1000, b"*" * 124)]
    yield "7.5.1", [closing(1000, _BROKEN)]
    yield "7.5.2", [closing(1000, "\ufeffx".encode())]
    valid = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999)
    for number, code in enumerate(valid, 1):
        yield f"7.7.{number}", [closing(code)]
    invalid = (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999)
    for number, code in enumerate(invalid, 1):
        yield f"7.9.{number}", [closing(code)]
    for number, code in enumerate((5000, 65535), 1):
        yield f"7.13.{number}", [closing(code)]


def _limits() -> Iterator[tuple[str, Case]]:
    for kind, first in (("9.1", TEXT), ("9.2", BINARY)):
        yield f"{kind}.1", [(first, b"*" * 262_144)]
        yield f"{kind}.2", [65_536, (first, b"*" * 262_144)]
    for kind, size in (("9.3", 64), ("9.4", 1024), ("9.5", 16_384)):
        whole = b"*" * 65_536
        parts = [whole[at : at + size] for at in range(0, len(whole), size)]
        frames = [(BEGIN_BINARY, parts[0]), *((MIDDLE, part) for part in parts[1:-1]), (LAST, parts[-1])]
        yield f"{kind}.1", frames
    yield "9.7.1", [(TEXT, b"*" * 64)] * 100
    yield "9.8.1", [(BINARY, b"*" * 64)] * 100
    yield "9.9.1", [(BINARY, b"", 2**53)]
    yield "9.9.2", [(BINARY, b"", 2**63 + 5)]
    yield "9.9.3", [(BINARY, b"", 300_000)]
    yield "9.9.4", [(BEGIN_BINARY, b"*" * 200_000), (LAST, b"*" * 100_000)]
    yield "9.9.5", [*[(BEGIN_BINARY, b"x")], *[(MIDDLE, b"x")] * 70, (LAST, b"")]
    yield "10.1.1", [1300, (TEXT, b"*" * 65_536)]


def _compressed() -> Iterator[tuple[str, Case]]:
    text = b"Hello, " * 40
    for number, size in enumerate((0, 1, 16, 64, 256, 1024, 8192, 131_072), 1):
        yield f"12.1.{number}", [(PACKED, packed((text * 500)[:size]))]
        yield f"12.2.{number}", [(PACKED + 1, packed(hashlib.sha512(b"x").digest() * (size // 64) or b"x" * size))]
    piece = packed(text)
    yield "12.3.1", [(PACKED & 0x7F, piece[:5]), (MIDDLE, piece[5:9]), (LAST, piece[9:])]
    yield "12.3.2", [1, (PACKED & 0x7F, piece[:5]), (PING, b"x"), (LAST, piece[5:])]
    yield "12.3.3", [(PACKED & 0x7F, piece), (LAST, b"")]
    yield "12.3.4", [(PACKED, piece), (TEXT, b"plain"), (PACKED, piece)]
    yield "12.4.1", [(PACKED, b"\xff\xff\xff")]
    yield "12.4.2", [(PACKED, b"")]
    yield "12.4.3", [(PACKED, packed(b"\xff\xfe"))]
    yield "12.4.4", [(PACKED & 0x7F, packed(b"\xc3")), (LAST, b"")]
    yield "12.4.5", [(PACKED + 1, packed(b"*" * 3_000_000))]
    yield "12.4.6", [(PACKED, packed(b"x" * 10, 0))]
    yield "12.4.7", [(PING | 0x40, b"")]
    final = zlib.compress(text)[2:-4]
    yield "12.5.1", [(PACKED, final), (PACKED, final)]
    both = zlib.compressobj(-1, zlib.DEFLATED, -15)
    two = [(both.compress(text) + both.flush(zlib.Z_SYNC_FLUSH))[:-4] for _ in range(2)]
    yield "12.6.1", [(PACKED, two[0]), (PACKED, two[1])]


PLAIN: dict[str, Case] = {
    name: case
    for section in (_sizes, _pings, _reserved, _fragments, _texts, _closes, _limits)
    for name, case in section()
}
#: With permessage-deflate.
DEFLATED: dict[str, Case] = dict(_compressed())
CASES = {**PLAIN, **DEFLATED}
#: Of the side under test, in bytes.
MAX_PAYLOAD = 262_144
MAX_FRAGMENTS = 1100


def segments(case: Case, masked: bool) -> list[bytes]:
    """What the peer writes, piece by piece."""
    size = case[0] if isinstance(case[0], int) else 0
    frames = [frame(*each[:2], masked, *each[2:]) for each in case[bool(size) :]]
    last = frame(*closing(1000), masked)
    if not size:
        return [*frames, last]
    data = b"".join(frames)
    return [*(data[at : at + size] for at in range(0, len(data), size)), last]


def shown(data: Any) -> Any:
    """A payload as an answer has it."""
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    return data.hex() if len(data) <= 130 else [len(data), hashlib.sha1(data).hexdigest()[:8]]


def framesIn(data: bytes, masked: bool) -> Iterator[list[Any]]:
    """The frames in what the side under test has sent: first byte and payload."""
    place = 0
    while place < len(data):
        first, size = data[place], data[place + 1] & 0x7F
        assert bool(data[place + 1] & 0x80) is masked, "the mask of the side under test"
        place += 2
        if size > 125:
            width = 2 if size == 126 else 8
            size = int.from_bytes(data[place : place + width], "big")
            place += width
        key = data[place : place + 4] if masked else b"\0\0\0\0"
        place += 4 if masked else 0
        payload = data[place : place + size]
        assert len(payload) == size, "a frame is cut"
        place += size
        unmasked = int.from_bytes(payload, "big") ^ int.from_bytes((key * (size // 4 + 1))[:size], "big")
        yield [first, shown(unmasked.to_bytes(size, "big"))]


def written(names: Iterable[str]) -> list[dict[str, Any]]:
    """The cases for websocketcases.cjs."""
    return [
        {
            "name": name,
            "isDeflated": name in DEFLATED,
            "client": [each.hex() for each in segments(CASES[name], False)],
            "server": [each.hex() for each in segments(CASES[name], True)],
        }
        for name in names
    ]


def isSame(ours: Any, theirs: Any, role: str) -> bool:
    """Whether an answer is Node's.

    A client drops the connection behind its close frame, as Node's does: when the peer sends on, the frame may be lost.
    """
    if ours == theirs or theirs is None or role == "server":
        return bool(ours == theirs)
    isCut = theirs["sent"][:-1] == ours["sent"] or theirs["sent"] == ours["sent"][:-1]
    return isCut and ours["events"] == theirs["events"] and any(each[0] == "error" for each in ours["events"])


def whyNoWs() -> str:
    """Why npm's `ws` cannot be run; empty if it can."""
    return "" if WS.is_dir() else "needs ws (npm install --prefix .node ws@8.23.0)"


def record(names: Iterable[str] = CASES) -> dict[str, Any]:
    """What Node does."""
    import oracle

    node = oracle.findNode()
    assert node is not None, "Node 26 is needed"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cases.json")
        path.write_text(json.dumps({"cases": written(names), "maxPayload": MAX_PAYLOAD, "maxFragments": MAX_FRAGMENTS}))
        command = [node, "--no-warnings", str(HERE / "websocketcases.cjs"), str(path)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=300, env={**os.environ, "NODECOMPAT_WS": str(WS)}
        )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    lines = [f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in record().items()]
    ANSWERS.parent.mkdir(exist_ok=True)
    ANSWERS.write_text("{\n" + ",\n".join(lines) + "\n}\n")
