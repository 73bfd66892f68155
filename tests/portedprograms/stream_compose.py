from nodecompat import run
from nodecompat.stream import Transform, compose

removeSpaces = Transform(transform=lambda chunk, encoding, callback: callback(None, chunk.decode().replace(" ", "", 1)))


async def toUpper(source):
    async for chunk in source:
        yield chunk.decode().upper()


res = ""


def onData(buf):
    global res
    res += buf


compose(removeSpaces, toUpper).end("hello world").on("data", onData).on("end", lambda: print(res))
run()
