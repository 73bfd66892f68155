"""The option bags of `fs`. Options are given as a mapping or as keywords."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

from .operations.arguments import Flags, Mode


class EncodingOptions(TypedDict, total=False):
    """Options of what returns names, paths or contents.

    Options:
        encoding: The encoding of names and contents, "buffer" for bytes; names are "utf8" and contents bytes by
            default.
    """

    encoding: str


class StatOptions(TypedDict, total=False):
    """Options of `stat` and its kin.

    Options:
        bigint: BigIntStats, with nanoseconds, in place of Stats; False by default.
        throwIfNoEntry: With False, None for what is not there; True by default.
    """

    bigint: bool
    throwIfNoEntry: bool


class StatFsOptions(TypedDict, total=False):
    """Options of `statfs`.

    Options:
        bigint: BigIntStatsFs, the same numbers; False by default.
    """

    bigint: bool


class ReadFileOptions(EncodingOptions, total=False):
    """Options of `readFile`.

    Also the options of `EncodingOptions`.

    Options:
        flag: How the file is opened; "r" by default.
        signal: An AbortSignal that gives up; none by default.
        buffer: What the file is read into; by default a new one.
    """

    flag: Flags
    signal: Any
    buffer: Any


class WriteFileOptions(EncodingOptions, total=False):
    """Options of `writeFile` and `appendFile`.

    Also the options of `EncodingOptions`.

    Options:
        mode: Permissions of a new file; 0o666 without the umask by default.
        flag: How the file is opened; "w" by default, in `appendFile` "a".
        signal: An AbortSignal that gives up; none by default.
        flush: Wait until the data is on the disk; False by default.
    """

    mode: Mode
    flag: Flags
    signal: Any
    flush: bool


class MakeDirectoryOptions(TypedDict, total=False):
    """Options of `mkdir`.

    Options:
        recursive: Also make what it is in, and no error if it is there; False by default.
        mode: Permissions; 0o777 without the umask by default.
    """

    recursive: bool
    mode: Mode


class RmOptions(TypedDict, total=False):
    """Options of `rm`.

    Options:
        force: No error for what is not there; False by default.
        maxRetries: Further attempts when it is busy; 0 by default.
        recursive: Whole trees; False by default.
        retryDelay: Milliseconds, times the number of the attempt, between two; 100 by default.
    """

    force: bool
    maxRetries: int
    recursive: bool
    retryDelay: int


class ReaddirOptions(EncodingOptions, total=False):
    """Options of `readdir`.

    Also the options of `EncodingOptions`.

    Options:
        withFileTypes: Dirents in place of names; False by default.
        recursive: Also what is in its directories; False by default.
    """

    withFileTypes: bool
    recursive: bool


class OpenDirOptions(EncodingOptions, total=False):
    """Options of `opendir`.

    Also the options of `EncodingOptions`.

    Options:
        bufferSize: Entries that are read at once; 32 by default.
        recursive: Also what is in its directories; False by default.
    """

    bufferSize: int
    recursive: bool


class GlobOptions(TypedDict, total=False):
    """Options of `glob`.

    Options:
        cwd: Where to look, a path or a `file:` URL; `process.cwd()` by default.
        exclude: Patterns, or a function that is true for what is left out; nothing by default.
        withFileTypes: Dirents in place of paths; False by default.
        followSymlinks: `**` follows links to directories; False by default.
    """

    cwd: Any
    exclude: Callable[[Any], Any] | Sequence[str]
    withFileTypes: bool
    followSymlinks: bool


class WatchFileOptions(TypedDict, total=False):
    """Options of `watchFile`.

    Options:
        bigint: BigIntStats in place of Stats; False by default.
        persistent: Keep the program alive; True by default.
        interval: Milliseconds between two looks; 5,007 by default.
    """

    bigint: bool
    persistent: bool
    interval: int


class ReadOptions(TypedDict, total=False):
    """Options of `read`.

    Options:
        buffer: What is read into; by default a new one of 16,384 bytes.
        offset: Where in the buffer, in bytes; 0 by default.
        length: How many bytes; the rest of the buffer by default.
        position: Where in the file, in bytes; by default where the last read ended.
    """

    buffer: Any
    offset: int
    length: int
    position: int


class WriteOptions(TypedDict, total=False):
    """Options of `write`.

    Options:
        offset: Where in the buffer, in bytes; 0 by default.
        length: How many bytes; the rest of the buffer by default.
        position: Where in the file, in bytes; by default where the last write ended.
        encoding: How a text is written; "utf8" by default.
    """

    offset: int
    length: int
    position: int
    encoding: str


class OpenAsBlobOptions(TypedDict, total=False):
    """Options of `openAsBlob`.

    Options:
        type: The media type; "" by default.
    """

    type: str


class ReadableWebStreamOptions(TypedDict, total=False):
    """Options of `filehandle.readableWebStream`.

    Options:
        autoClose: Close the handle at the end; False by default.
    """

    autoClose: bool
