"""`fs.constants`: the numbers of this system under Node's names; those that it does not have are missing.

Node: https://nodejs.org/api/fs.html#fs-constants
"""

from __future__ import annotations

import os
import stat

from ..records import BareRecord

__all__ = ["constants"]

_OPEN = (
    "O_RDONLY", "O_WRONLY", "O_RDWR", "O_CREAT", "O_EXCL", "O_NOCTTY", "O_TRUNC", "O_APPEND", "O_DIRECTORY",
    "O_NOATIME", "O_NOFOLLOW", "O_SYNC", "O_DSYNC", "O_SYMLINK", "O_DIRECT", "O_NONBLOCK",
)  # fmt: skip
_KINDS = ("S_IFMT", "S_IFREG", "S_IFDIR", "S_IFCHR", "S_IFBLK", "S_IFIFO", "S_IFLNK", "S_IFSOCK")
_PERMISSIONS = (
    "S_IRWXU", "S_IRUSR", "S_IWUSR", "S_IXUSR", "S_IRWXG", "S_IRGRP", "S_IWGRP", "S_IXGRP", "S_IRWXO", "S_IROTH",
    "S_IWOTH", "S_IXOTH",
)  # fmt: skip

#: Node's own: how links are made on Windows, what an entry of a directory is, and how a file is copied.
_NODES = {
    "UV_FS_SYMLINK_DIR": 1,
    "UV_FS_SYMLINK_JUNCTION": 2,
    "UV_DIRENT_UNKNOWN": 0,
    "UV_DIRENT_FILE": 1,
    "UV_DIRENT_DIR": 2,
    "UV_DIRENT_LINK": 3,
    "UV_DIRENT_FIFO": 4,
    "UV_DIRENT_SOCKET": 5,
    "UV_DIRENT_CHAR": 6,
    "UV_DIRENT_BLOCK": 7,
    "UV_FS_O_FILEMAP": 0,
    "UV_FS_O_TEMPORARY": getattr(os, "O_TEMPORARY", 0),
    "UV_FS_O_SHORT_LIVED": getattr(os, "O_SHORT_LIVED", 0),
    "UV_FS_O_SEQUENTIAL": getattr(os, "O_SEQUENTIAL", 0),
    "UV_FS_O_RANDOM": getattr(os, "O_RANDOM", 0),
    "F_OK": os.F_OK,
    "R_OK": os.R_OK,
    "W_OK": os.W_OK,
    "X_OK": os.X_OK,
    "UV_FS_COPYFILE_EXCL": 1,
    "COPYFILE_EXCL": 1,
    "UV_FS_COPYFILE_FICLONE": 2,
    "COPYFILE_FICLONE": 2,
    "UV_FS_COPYFILE_FICLONE_FORCE": 4,
    "COPYFILE_FICLONE_FORCE": 4,
}


class Constants(BareRecord[int]):
    """The numbers by name: `constants.R_OK` as in Node, or `constants["R_OK"]`."""

    __slots__ = ()

    def __getattr__(self, name: str) -> int:
        if name in self:
            return self[name]
        raise AttributeError(f"this system has no {name}")


constants: Constants = Constants(
    {name: getattr(os, name) for name in _OPEN if hasattr(os, name)}
    | {"S_IFMT": 0o170000}
    | {name: getattr(stat, name) for name in (*_KINDS[1:], *_PERMISSIONS)}
    | _NODES
)
