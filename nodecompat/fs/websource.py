"""A file as a web ReadableStream: `filehandle.readableWebStream()`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..stream.web import ReadableStream
from ..stream.web.bytes import finishBytes

if TYPE_CHECKING:
    from .filehandle import FileHandle

#: Bytes that one read makes room for. Node's.
_PIECE = 16 * 1024


def webStream(handle: FileHandle, mayClose: bool) -> Any:
    """The stream: it reads when it is read, and closes the handle at its end if it may."""

    async def end() -> None:
        if mayClose:
            await handle.close()

    async def pull(controller: Any) -> None:
        found = await handle.read(bytearray(_PIECE))
        if found.bytesRead:
            controller.enqueue(bytes(found.buffer[: found.bytesRead]))
            return
        finishBytes(controller)
        await end()

    async def cancel(reason: Any = None) -> None:
        await end()

    # Its high-water mark is 0: nothing is read before it is asked for.
    return ReadableStream({"type": "bytes", "pull": pull, "cancel": cancel})
