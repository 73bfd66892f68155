"""Checks the options of Socket and Server, and inspects handles."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_FD_TYPE
from ..reactor import choose
from ..reactor.handle import Address
from ..validators import validateInt32
from .blocklist import BlockList

if TYPE_CHECKING:
    from ..reactor.handle import StreamHandle


def refuseObjectMode(given: Mapping[str, Any]) -> None:
    """A socket carries bytes.

    Raises: ERR_INVALID_ARG_VALUE.
    """
    for name in ("objectMode", "readableObjectMode", "writableObjectMode"):
        if given.get(name):
            raise ERR_INVALID_ARG_VALUE(f"options.{name}", given[name], "is not supported")


def checkBlockList(value: Any) -> BlockList:
    """The option `blockList`.

    Raises: ERR_INVALID_ARG_TYPE.
    """
    if not isinstance(value, BlockList):
        raise ERR_INVALID_ARG_TYPE("options.blockList", "net.BlockList", value)
    return value


def openDescriptor(descriptor: Any) -> StreamHandle:
    """A handle for an open socket descriptor.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_INVALID_FD_TYPE.
    """
    validateInt32(descriptor, "fd", 0)
    handle = choose.current().openStream(int(descriptor))
    if isinstance(handle, int):
        raise ERR_INVALID_FD_TYPE("UNKNOWN" if handle == -errno.EBADF else "FILE")
    return handle


def isPipe(handle: Any) -> bool:
    """True for the handle of a Unix domain socket."""
    address = handle.getsockname()
    if isinstance(address, Address):
        return address.family == "pipe"
    return bool(handle.resourceName == "PipeWrap")
