"""Files over http: also parts of them (Range), and no body when the client has it already (ETag).

python examples/file_server.py [FOLDER] [PORT]
curl -r 0-99 localhost:8000/film.mp4
"""

import mimetypes
import os
import re
import sys
from urllib.parse import unquote

from nodecompat import fs, http, run
from nodecompat.stream.promises import pipeline

ROOT = os.path.realpath(sys.argv[1] if len(sys.argv) > 1 else ".")
PORT = int(sys.argv[2]) if len(sys.argv) > 2 else 8000

STATUS_OF = {"ENOENT": 404, "ENOTDIR": 404, "ENAMETOOLONG": 404, "ELOOP": 404, "EACCES": 403}
RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


async def pathOf(url):
    """The file that a URL names: below ROOT, wherever links lead. None for anything else."""
    name = unquote(url.partition("?")[0])
    if "\0" in name or not name.startswith("/"):
        return None
    if name.endswith("/"):
        name += "index.html"
    path = await fs.promises.realpath(ROOT + name)
    return path if path.startswith(os.path.join(ROOT, "")) else None


def isAnyOf(tag, header):
    """If-None-Match: true when the client has this version."""
    return header is not None and (header.strip() == "*" or tag in re.findall(r'"[^"]*"', header))


def partOf(size, request, tag):
    """The wanted part as (first, last), None for the whole; first > last when there is no such part."""
    wanted = RANGE.fullmatch(request.headers.get("range", ""))
    if wanted is None or wanted[0] == "bytes=-" or request.headers.get("if-range", tag) != tag:
        return None  # several parts, or none that we know: the whole is a right answer
    first, last = wanted.groups()
    if first == "":
        return max(size - int(last), 0), size - 1
    if last == "" or int(last) >= size:
        return int(first), size - 1
    return (int(first), int(last)) if int(first) <= int(last) else None


async def send(request, response):
    """Send the file; the status of an answer without a body, when there is none."""
    path = await pathOf(request.url)
    if path is None or not (await fs.promises.stat(path)).isFile():
        return 404
    handle = await fs.promises.open(path)
    try:
        # Of the open file: by now the name may stand for another.
        stats = await handle.stat()
        tag = f'"{stats.size:x}-{int(stats.mtimeMs):x}"'
        response.setHeader("ETag", tag)
        response.setHeader("Accept-Ranges", "bytes")
        if isAnyOf(tag, request.headers.get("if-none-match")):
            return 304
        part = partOf(stats.size, request, tag)
        first, last = part or (0, stats.size - 1)
        if part and first > last:
            response.setHeader("Content-Range", f"bytes */{stats.size}")
            return 416
        if part:
            response.setHeader("Content-Range", f"bytes {first}-{last}/{stats.size}")
        response.setHeader("Content-Type", mimetypes.guess_type(path)[0] or "application/octet-stream")
        response.setHeader("X-Content-Type-Options", "nosniff")
        response.setHeader("Content-Length", last - first + 1)
        response.writeHead(206 if part else 200)
        if request.method == "HEAD" or first > last:
            response.end()
        else:
            await pipeline(handle.createReadStream(start=first, end=last, autoClose=False), response)
    finally:
        await handle.close()
    return None


async def onRequest(request, response):
    if request.method not in ("GET", "HEAD"):
        response.writeHead(405, {"Allow": "GET, HEAD"})
        response.end()
        return
    try:
        status = await send(request, response)
    except Exception as error:
        if response.headersSent:  # the client sees that the body is not whole
            response.destroy()
            return
        status = STATUS_OF.get(getattr(error, "code", None), 500)
    if status is not None:
        response.writeHead(status)
        response.end()


server = http.createServer(onRequest)
server.listen(PORT, "127.0.0.1", lambda: print("listening on", server.address().port, flush=True))
run()
