"""The option bags of `fs`. Options are given as a mapping or as keywords."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

from .operations.arguments import Flags, Mode


class EncodingOptions(TypedDict, total=False):
    """Options of what returns names or paths: their encoding, "buffer" for bytes."""

    encoding: str


class StatOptions(TypedDict, total=False):
    """Options of `stat` and its kin: BigIntStats in place of Stats; with False, None for what is not there."""

    bigint: bool
    throwIfNoEntry: bool


class StatFsOptions(TypedDict, total=False):
    """Options of `statfs`."""

    bigint: bool


class ReadFileOptions(EncodingOptions, total=False):
    """Options of `readFile`: text in an encoding; how it is opened ("r"); what cancels it; where it is read to."""

    flag: Flags
    signal: Any
    buffer: Any


class WriteFileOptions(EncodingOptions, total=False):
    """Options of `writeFile`, `appendFile`: permissions; how it is opened; what cancels it; wait for the disk."""

    mode: Mode
    flag: Flags
    signal: Any
    flush: bool


class MakeDirectoryOptions(TypedDict, total=False):
    """Options of `mkdir`: also what it is in; permissions (0o777)."""

    recursive: bool
    mode: Mode


class RmOptions(TypedDict, total=False):
    """Options of `rm`: no error for what is not there; attempts (0), milliseconds between them (100); whole trees."""

    force: bool
    maxRetries: int
    recursive: bool
    retryDelay: int


class ReaddirOptions(EncodingOptions, total=False):
    """Options of `readdir`: Dirents in place of names; also what is in its directories."""

    withFileTypes: bool
    recursive: bool


class OpenDirOptions(EncodingOptions, total=False):
    """Options of `opendir`: how many entries are read at once (32); also what is in its directories."""

    bufferSize: int
    recursive: bool


class GlobOptions(TypedDict, total=False):
    """Options of `glob`: where to look; what is left out; Dirents in place of paths; whether `**` follows links."""

    cwd: Any
    exclude: Callable[[Any], Any] | Sequence[str]
    withFileTypes: bool
    followSymlinks: bool


class WatchFileOptions(TypedDict, total=False):
    """Options of `watchFile`: BigIntStats; keep the program alive (True); milliseconds between two looks (5007)."""

    bigint: bool
    persistent: bool
    interval: int


class ReadOptions(TypedDict, total=False):
    """Options of `read`: the buffer; where in it (0); how many bytes; where in the file."""

    buffer: Any
    offset: int
    length: int
    position: int


class WriteOptions(TypedDict, total=False):
    """Options of `write`: where in the buffer (0); how many bytes; where in the file."""

    offset: int
    length: int
    position: int


class OpenAsBlobOptions(TypedDict, total=False):
    """Options of `openAsBlob`: the media type ("")."""

    type: str


class ReadableWebStreamOptions(TypedDict, total=False):
    """Options of `filehandle.readableWebStream`: close the handle at the end (False)."""

    autoClose: bool
