"""Takes files over http and keeps them in a folder: whole, or not at all.

    python examples/upload_server.py [FOLDER] [PORT] [BYTES]
    curl -T picture.png localhost:8000/picture.png

A file with more than BYTES bytes is refused.
"""

import os
import re
import sys
import uuid

from nodecompat import fs, http, run
from nodecompat.stream.promises import pipeline

FOLDER = sys.argv[1] if len(sys.argv) > 1 else "."
PORT = int(sys.argv[2]) if len(sys.argv) > 2 else 8000
MOST = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000_000

NAME = re.compile(r"/(\w[\w.-]{0,100})", re.ASCII)


class TooLarge(Exception):
    """More bytes than we keep."""


async def counted(chunks):
    count = 0
    async for chunk in chunks:
        count += len(chunk)
        if count > MOST:
            raise TooLarge
        yield chunk


async def receive(request, path):
    """Write the body to a file of another name; it gets its name when it is whole."""
    if int(request.headers.get("content-length", 0)) > MOST:
        raise TooLarge
    partial = f"{path}.{uuid.uuid4()}.partial"
    try:
        file = await fs.promises.open(partial, "wx")  # it is there before anything can fail, so that `rm` finds it
        await pipeline(request, counted, file.createWriteStream(flush=True))
        await fs.promises.rename(partial, path)
    except BaseException:
        await fs.promises.rm(partial, force=True)
        raise


async def onRequest(request, response):
    def answer(status, text):
        # What is left of the body will not be read, so the connection cannot go on.
        headers = {} if request.complete else {"Connection": "close"}
        response.writeHead(status, {**headers, "Content-Type": "text/plain"})
        response.end(text + "\n")

    name = NAME.fullmatch(request.url)
    if request.method != "PUT":
        response.setHeader("Allow", "PUT")
        answer(405, "PUT it.")
    elif name is None:
        answer(400, "That is no name for a file.")
    else:
        try:
            await receive(request, os.path.join(FOLDER, name[1]))
        except TooLarge:
            answer(413, "The file is too large.")
        except Exception as error:
            print(name[1], error, file=sys.stderr, flush=True)
            answer(500, "The file was not kept.")
        else:
            answer(201, "Kept.")


server = http.createServer(onRequest)
server.listen(PORT, "127.0.0.1", lambda: print("listening on", server.address().port, flush=True))
run()
