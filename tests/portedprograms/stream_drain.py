from nodecompat import run, setImmediate
from nodecompat.stream import Writable

writer = Writable(highWaterMark=16, write=lambda chunk, encoding, callback: setImmediate(callback))
drains = 0


def writeManyTimes(writer, data, encoding, callback):
    i = 100

    def write():
        nonlocal i
        global drains
        ok = True
        while True:
            i -= 1
            if i == 0:
                writer.write(data, encoding, callback)
            else:
                ok = writer.write(data, encoding)
            if not (i > 0 and ok):
                break
        if i > 0:
            drains += 1
            writer.once("drain", write)

    write()


writeManyTimes(
    writer,
    "abcd",
    "utf8",
    lambda err: print(
        "done",
        "null" if err is None else err,
        drains,
        writer.writableLength,
        "true" if writer.writableNeedDrain else "false",
    ),
)
run()
