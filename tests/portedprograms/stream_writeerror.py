from nodecompat import run
from nodecompat.stream import Writable


def write(chunk, encoding, callback):
    if chunk.find(b"a") >= 0:
        callback(Exception("chunk is invalid"))
    else:
        callback()


myWritable = Writable(write=write)
myWritable.on("error", lambda e: print("error", e)).on("close", lambda: print("close", myWritable.errored))
myWritable.write("b", lambda e: print("b", "null" if e is None else e))
myWritable.write("a", lambda e: print("a", e))
myWritable.write("c", lambda e: print("c", e))
run()
