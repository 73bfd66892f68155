# Readable -> Transform -> Writable in chunks of 64 KiB: python pipeline_nodecompat.py FORM CHUNKS [FILE]; prints MB/s.
import io
import sys
import time

from nodecompat import process, run
from nodecompat.stream import Readable, Transform, Writable, pipeline

form, count, *files = sys.argv[1:]
SIZE = 65536
same = b"a" * SIZE
left, total = int(count), 0


def main():
    make = (lambda: bytes(SIZE)) if form == "made" else lambda: same

    def read(size):
        global left
        left -= 1
        source.push(make() if left >= 0 else None)

    def write(chunk, encoding, callback):
        global total
        total += len(chunk)
        if later:
            process.nextTick(callback)
        else:
            callback()

    def done(error):
        if error is not None:
            raise error
        print(total / (time.perf_counter() - start) / 1e6)

    later = form == "later"
    source = Readable.from_(io.FileIO(files[0])) if form == "file" else Readable(read=read)
    if form == "copied":
        change = Transform(transform=lambda chunk, encoding, callback: callback(None, bytes(memoryview(chunk))))
    else:
        change = Transform(transform=lambda chunk, encoding, callback: callback(None, chunk))
    start = time.perf_counter()
    pipeline(source, change, Writable(write=write), done)


run(main)
