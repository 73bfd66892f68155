import os

from twisted.internet.defer import Deferred

from nodecompat import AbortController, fs, run
from nodecompat.events import once
from nodecompat.stream.promises import pipeline


def js(*values):
    print(*(str(v).lower() if isinstance(v, bool) else v for v in values))


file = __file__ + ".data"


async def main():
    w = fs.createWriteStream(file)
    for _ in range(5):
        w.write("x" * 30000)
    w.end()
    await once(w, "close")
    sizes = [len(chunk) async for chunk in fs.createReadStream(file, {"highWaterMark": 64 * 1024})]
    print(",".join(map(str, sizes)), w.bytesWritten)
    patch = fs.createWriteStream(file, {"flags": "r+", "start": 2})
    patch.end("YY")
    await once(patch, "finish")
    r = fs.createReadStream(file, {"encoding": "utf8", "start": 0, "end": 5})
    async for text in r:
        js(text, r.bytesRead, r.path == file)
    ac = AbortController()
    aborted = fs.createReadStream(file, {"signal": ac.signal})
    aborted.on("error", lambda e: print(e.name, e.code)).on("close", lambda: print("closed"))
    closed = Deferred()
    aborted.on("close", lambda: closed.callback(None))
    ac.abort()
    await closed
    handle = await fs.promises.open(file)
    print("number" if isinstance(handle.fd, int) else handle.fd)

    async def show(source):
        async for c in source:
            print(c.decode())

    await pipeline(handle.createReadStream({"start": 10, "end": 12}), show)
    try:
        await handle.stat()
    except OSError as e:
        print(e.code)
    dir = await fs.promises.opendir(os.path.dirname(file))
    found = False
    async for entry in dir:
        if file.endswith(entry.name) and entry.isFile():
            found = True
    js(found)
    await fs.promises.unlink(file)
    fs.createReadStream(file).on("error", lambda e: js(e.code, e.syscall, e.path == file)).on(
        "close", lambda: print("close")
    )
    try:
        fs.createReadStream(file, {"start": 5, "end": 2})
    except ValueError as e:
        print(e.code, e)
    try:
        fs.createReadStream(file, {"start": "x"})
    except TypeError as e:
        print(e.code, e)


run(main)
