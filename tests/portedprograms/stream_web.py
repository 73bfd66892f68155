from nodecompat import run, util
from nodecompat.stream import Readable, Writable
from nodecompat.stream.web import ReadableStream


async def main():
    def start(c):
        c.enqueue("a")
        c.enqueue("b")
        c.close()

    readableStream = ReadableStream({"start": start})
    readable = Readable.fromWeb(readableStream, {"encoding": "utf8", "objectMode": True})
    async for x in readable:
        print(x)
    got = []
    writableStream = Writable.toWeb(Writable(write=lambda c, e, cb: (got.append(c.decode()), cb())))
    writer = writableStream.getWriter()
    await writer.write("chunk")
    await writer.close()
    print(util.inspect(got))
    web = Readable.toWeb(Readable.from_(["x", "y"]))
    async for x in web:
        print(x)


run(main)
