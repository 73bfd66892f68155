"""Comparisons of `zlib`; thousands of random cases stand in data/cases (zlib, later)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import zlibcases
from twisted.internet.defer import Deferred

from nodecompat import zlib
from nodecompat.errors import NodeError
from nodecompat.stream import Readable, Transform
from nodecompat.stream.consumers import buffer

_ARCHIVES = "archives: Python's `zipfile` reads and writes them"
LEFT_OUT = {
    "Zip*": _ARCHIVES,
    "CreateZip*": _ARCHIVES,
    "createZip*": _ARCHIVES,
    "*MaxZipContentSize": _ARCHIVES,
    "zipFiles": _ARCHIVES,
    "Zlib.shell": "deprecated for years, and never set",
    "constants.ZLIB_VERNUM": "of the zlib within Node: Python's is `zlib.ZLIB_RUNTIME_VERSION`",
}
#: Types that have no class of their own.
CLASSES = {"Zlib": "ZlibBase", "ZlibParams": "Deflate", "ZlibReset": "ZlibBase"}

_KINDS = [
    ("Deflate", "Inflate"),
    ("Gzip", "Gunzip"),
    ("DeflateRaw", "InflateRaw"),
    ("Gzip", "Unzip"),
    ("Deflate", "Unzip"),
    ("BrotliCompress", "BrotliDecompress"),
    ("ZstdCompress", "ZstdDecompress"),
]
_TEXT = "some words again and again, " * 50


def compared() -> set[str]:
    kinds = {name for pair in _KINDS for name in pair}
    lower = {name[0].lower() + name[1:] for name in kinds}
    # The names are put together by both files; `constants` compares all numbers.
    made = {*kinds, *(f"create{name}" for name in kinds), *lower, *(f"{name}Sync" for name in lower)}
    return made | {f"constants.{name}" for name in vars(zlib.constants)}


def needed() -> str:
    """Why the comparisons cannot run."""
    lacking = [name for name in ("brotli", "zstd") if not zlibcases.has(name)]
    return f"needs the extras {' and '.join(lacking)}" if lacking else ""


def _each(functions: Iterable[Callable[[], Any]]) -> list[Any]:
    found: list[Any] = []
    for run in functions:
        try:
            found.append(run())
        except NodeError as error:
            found.append([error.name, error.code, error.message])
    return found


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _make(name: str, *options: Any) -> Any:
    return getattr(zlib, f"create{name}")(*options)


def _sync(name: str, *arguments: Any) -> Any:
    return getattr(zlib, f"{_lower(name)}Sync")(*arguments)


def _eventsOf(stream: Any, *names: str) -> Any:
    seen: list[Any] = []
    closed: Deferred[Any] = Deferred()
    for name in names:
        if name == "error":
            stream.on(name, lambda error: seen.append(["error", error.code, error.errno]))
        else:
            stream.on(name, lambda name=name: seen.append([name]))
    stream.on("close", lambda: closed.callback([*seen, ["close"]]))
    return closed


def theClasses() -> Any:
    return [
        [
            isinstance(_make(writer), getattr(zlib, writer)),
            isinstance(_make(reader), getattr(zlib, reader)),
            isinstance(getattr(zlib, reader)(), Transform),
            _make(writer).bytesWritten,
        ]
        for writer, reader in _KINDS
    ]


async def streams() -> Any:
    found = []
    for writer, reader in _KINDS:
        packer = _make(writer)
        source = Readable.from_([_TEXT[:500], _TEXT[500:]])
        data = await buffer(source.pipe(packer).pipe(_make(reader)))
        found.append([data.decode() == _TEXT, packer.bytesWritten])
    return found


def sync() -> Any:
    found = []
    for writer, reader in _KINDS:
        packed = _sync(writer, _TEXT)
        found.append([_sync(reader, packed).decode() == _TEXT, len(packed) < 200])
    return found


async def callbacks() -> Any:
    found = []
    for writer, reader in _KINDS:
        answer: Deferred[Any] = Deferred()

        def unpack(first: Any, packed: Any, reader: str = reader, answer: Any = answer) -> None:
            done = lambda error, data: answer.callback([first, error, data.decode() == _TEXT])  # noqa: E731
            getattr(zlib, _lower(reader))(packed, {"maxOutputLength": 5000}, done)

        getattr(zlib, _lower(writer))(_TEXT, unpack)
        found.append(await answer)
    return found


def info() -> Any:
    made = [(writer, _sync(writer, "a", {"info": True})) for writer, _ in _KINDS]
    return [[len(found.buffer) > 0, isinstance(found.engine, getattr(zlib, writer))] for writer, found in made]


async def damage() -> Any:
    names = ["Inflate", "Gunzip", "InflateRaw", "Unzip", "ZstdDecompress"]
    return [await _eventsOf(_make(name).end(b"junk data"), "error", "end", "finish") for name in names]


async def truncation() -> Any:
    return [
        await _eventsOf(_make(reader).end(_sync(writer, _TEXT)[:-1]).resume(), "error", "end")
        for writer, reader in _KINDS
    ]


async def flush() -> Any:
    found = []
    for writer, reader in _KINDS:
        packer = _make(writer)
        answer: Deferred[Any] = Deferred()
        unpacker = packer.pipe(_make(reader))
        packer.write("half of it")
        unpacker.once("data", answer.callback)
        packer.flush()
        found.append((await answer).decode())
    return found


def kindsOfFlush() -> Any:
    return _each(
        [
            lambda: zlib.createGzip().flush(9),
            lambda: zlib.createBrotliCompress().flush(9),
            lambda: zlib.createZstdCompress().flush(9),
            lambda: zlib.createGzip({"flush": 9}),
            lambda: zlib.createBrotliCompress({"flush": 9}),
            lambda: zlib.createZstdCompress({"finishFlush": 9}),
        ]
    )


async def params() -> Any:
    packer = zlib.createGzip({"level": 0})
    pieces: list[bytes] = []
    packer.on("data", pieces.append)
    packer.write(_TEXT)
    ended: Deferred[None] = Deferred()

    def changed() -> None:
        packer.end(_TEXT)
        packer.on("end", lambda: ended.callback(None))

    packer.params(9, zlib.constants.Z_DEFAULT_STRATEGY, changed)
    await ended
    packed: Any = b"".join(pieces)
    made: Any = packer
    wrong = [lambda: made.params(10, 0), lambda: made.params(1, 9), lambda: made.params("a", 0)]
    return [zlib.gunzipSync(packed).decode() == _TEXT + _TEXT, *_each(wrong)]


async def reset() -> Any:
    unpacker = zlib.createGunzip()
    unpacker.reset()
    unpacker.end(zlib.gzipSync("x"))
    return await buffer(unpacker)


async def close() -> Any:
    stream = zlib.createGzip()
    seen = []
    closed: Deferred[None] = Deferred()
    stream.on("close", lambda: seen.append("close"))

    def called() -> None:
        seen.append("called")
        closed.callback(None)

    stream.close(called)
    await closed
    return [*seen, stream.destroyed]


def options() -> Any:
    c = zlib.constants
    whole = {"level": 1, "memLevel": 9, "strategy": 2, "windowBits": 12, "chunkSize": 64}
    bags: list[dict[str, Any]] = [
        {**whole, "finishFlush": c.Z_FINISH, "flush": c.Z_SYNC_FLUSH},
        {"dictionary": b"some words"},
        *({"level": 10}, {"memLevel": 0}, {"strategy": 5}, {"windowBits": 16}, {"chunkSize": 1}, {"dictionary": 5}),
        *({"maxOutputLength": 1}, {"rejectGarbageAfterEnd": 5}, {"rejectGarbageAfterEnd": True}),
    ]

    def run(bag: dict[str, Any]) -> bool:
        packed = zlib.deflateSync(_TEXT, bag)
        return zlib.inflateSync(packed, dictionary=bag.get("dictionary")).decode() == _TEXT

    return _each(lambda bag=bag: run(bag) for bag in bags)


def garbage() -> Any:
    pairs = [("gzip", "gunzip"), ("deflate", "inflate"), ("deflateRaw", "inflateRaw"), ("gzip", "unzip")]
    pairs += [("deflate", "unzip"), ("zstdCompress", "zstdDecompress")]

    def run(writer: str, reader: str, rest: bytes | None, reject: bool) -> str:
        packed = _sync(writer, "data")
        data = packed + (packed if rest is None else rest)
        return _sync(reader, data, {"rejectGarbageAfterEnd": reject}).decode()

    return _each(
        lambda case=(writer, reader, rest, reject): run(*case)
        for writer, reader in pairs
        for rest in (b"", b"junk", bytes(3), None)
        for reject in (True, False)
    )


def optionsOfBrotli() -> Any:
    c = zlib.constants
    whole = {"chunkSize": 100, "flush": 1, "finishFlush": 2, "maxOutputLength": 5000, "info": False}
    bags: list[Any] = [
        {"params": {c.BROTLI_PARAM_QUALITY: 4, c.BROTLI_PARAM_MODE: 1}},
        {**whole, "rejectGarbageAfterEnd": True},
        *({"params": {"x": 1}}, {"params": {1: "a"}}, {"params": {9: 1}}, {"chunkSize": 1}, {"maxOutputLength": 1}),
        {"rejectGarbageAfterEnd": 1},
    ]
    run = lambda bag: zlib.brotliDecompressSync(zlib.brotliCompressSync(_TEXT, bag)).decode() == _TEXT  # noqa: E731
    return _each(lambda bag=bag: run(bag) for bag in bags)


def optionsOfZstandard() -> Any:
    c = zlib.constants
    whole = {"chunkSize": 100, "flush": 1, "finishFlush": 2, "maxOutputLength": 5000, "info": False}
    bags: list[Any] = [
        {"params": {c.ZSTD_c_compressionLevel: 9, c.ZSTD_c_checksumFlag: 1}},
        {**whole, "rejectGarbageAfterEnd": True},
        *({"pledgedSrcSize": len(_TEXT)}, {"pledgedSrcSize": 5}, {"pledgedSrcSize": -1}, {"params": {"x": 1}}),
        *({"params": {100: "a"}}, {"params": {1: 1}}, {"params": {100: 99}}, {"params": {500: 1}}, {"dictionary": 5}),
        *({"chunkSize": 1}, {"maxOutputLength": 1}),
    ]
    run = lambda bag: zlib.zstdDecompressSync(zlib.zstdCompressSync(_TEXT, bag)).decode() == _TEXT  # noqa: E731
    return _each(lambda bag=bag: run(bag) for bag in bags)


def aDictionaryOfZstandard() -> Any:
    dictionary = _TEXT.encode()
    packed = zlib.zstdCompressSync(_TEXT, {"dictionary": dictionary})
    return [len(packed) < 40, zlib.zstdDecompressSync(packed, {"dictionary": dictionary}).decode() == _TEXT]


def crc32() -> Any:
    return [zlib.crc32("hello"), zlib.crc32(b"lo", zlib.crc32("hel")), zlib.crc32("")]


def codes() -> Any:
    return zlib.codes


def constants() -> Any:
    # ZLIB_VERNUM is of the zlib within Node.
    return {"ZLIB_VERNUM": 4897, **{name: value for name, value in vars(zlib.constants).items() if name[0].isupper()}}
