"""What a directory holds: Dirent, and the scan of a directory that gives them.

Node: https://nodejs.org/api/fs.html#class-fsdirent
"""

from __future__ import annotations

import os
import stat as kinds
from collections import deque
from typing import Any

from .arguments import inEncoding
from .system import failure

__all__ = ["Dirent", "Scan", "kindOf"]

_BY_FORMAT = {
    kinds.S_IFREG: "file",
    kinds.S_IFDIR: "directory",
    kinds.S_IFLNK: "link",
    kinds.S_IFIFO: "fifo",
    kinds.S_IFSOCK: "socket",
    kinds.S_IFCHR: "character",
    kinds.S_IFBLK: "block",
}


class Dirent:
    """An entry of a directory.

    Node: https://nodejs.org/api/fs.html#class-fsdirent
    """

    __slots__ = ("_kind_", "name", "parentPath")

    def __init__(self, name: Any, parentPath: Any, kind: str) -> None:
        #: The name: a text, or bytes with the encoding "buffer".
        self.name: Any = name
        #: The directory that it was found in.
        self.parentPath: Any = parentPath
        self._kind_ = kind

    def __repr__(self) -> str:
        return f"Dirent(name={self.name!r}, parentPath={self.parentPath!r})"

    def isBlockDevice(self) -> bool:
        """A device of blocks. Node: https://nodejs.org/api/fs.html#direntisblockdevice"""
        return self._kind_ == "block"

    def isCharacterDevice(self) -> bool:
        """A device of characters. Node: https://nodejs.org/api/fs.html#direntischaracterdevice"""
        return self._kind_ == "character"

    def isDirectory(self) -> bool:
        """A directory. Node: https://nodejs.org/api/fs.html#direntisdirectory"""
        return self._kind_ == "directory"

    def isFIFO(self) -> bool:
        """A named pipe. Node: https://nodejs.org/api/fs.html#direntisfifo"""
        return self._kind_ == "fifo"

    def isFile(self) -> bool:
        """A regular file. Node: https://nodejs.org/api/fs.html#direntisfile"""
        return self._kind_ == "file"

    def isSocket(self) -> bool:
        """A socket. Node: https://nodejs.org/api/fs.html#direntissocket"""
        return self._kind_ == "socket"

    def isSymbolicLink(self) -> bool:
        """A symbolic link. Node: https://nodejs.org/api/fs.html#direntissymboliclink"""
        return self._kind_ == "link"


def kindOf(entry: os.DirEntry[Any]) -> str:
    """The kind of an entry; its target is never looked at."""
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "directory"
    if entry.is_file(follow_symlinks=False):
        return "file"
    return _BY_FORMAT.get(kinds.S_IFMT(entry.stat(follow_symlinks=False).st_mode), "unknown")


class Scan:
    """An open directory: gives its entries, some at once. Its methods may run in any thread, one at a time.

    Args:
        path: what was given to `opendir`, as text.
        atOnce: how many entries `more` gives at most.
    """

    def __init__(self, path: Any, name: bytes, encoding: Any, atOnce: int, isRecursive: bool) -> None:
        self.path = path
        self._encoding = encoding
        self._atOnce = atOnce
        self._isRecursive = isRecursive
        self._folder = name
        #: What the Dirents tell of it: the path as it was given, below it with what was found.
        self._shown = path
        self._entries: Any = os.scandir(name)
        self._below: deque[bytes] = deque()

    def more(self) -> list[Dirent]:
        """The next entries; none at the end."""
        found: list[Dirent] = []
        while self._entries is not None and len(found) < self._atOnce:
            try:
                entry = next(self._entries, None)
                if entry is None:
                    self._entries = None
                    if self._below:
                        self._folder = self._below.popleft()
                        self._shown = inEncoding(self._folder, self._encoding)
                        self._entries = os.scandir(self._folder)
                    continue
                kind = kindOf(entry)
            except OSError as error:
                raise failure(error, "opendir", self._folder) from None
            found.append(Dirent(inEncoding(entry.name, self._encoding), self._shown, kind))
            if self._isRecursive and kind == "directory":
                self._below.append(os.path.normpath(entry.path))
        return found

    def close(self) -> None:
        """Give the directory back."""
        entries, self._entries = self._entries, None
        if entries is not None:
            entries.close()
