from nodecompat import process, run
from nodecompat.stream import Writable


def writev(chunks, callback):
    print("writev", "|".join(c["chunk"].decode() for c in chunks))
    callback()


def write(chunk, encoding, callback):
    print("write", chunk.decode())
    callback()


stream = Writable(writev=writev, write=write)
stream.cork()
stream.write("some ")
stream.cork()
stream.write("data ")


@process.nextTick
def _():
    stream.uncork()
    print("corked", stream.writableCorked)
    stream.uncork()
    print("corked", stream.writableCorked)
    stream.end("last")


stream.on("finish", lambda: print("finish"))
run()
