"""What N of something cost in one process: prints the CPU microseconds for each. `growth_nodecompat.py KIND COUNT`"""

import sys
import time

from nodecompat import run, setTimeout
from nodecompat.events import EventEmitter
from nodecompat.stream import PassThrough, Readable, Writable, pipeline

CHUNKS = 20


def finish():
    print((time.process_time() - start) / count * 1e6, flush=True)


def listeners():
    """Added, called once, and removed, the first added first."""
    emitter = EventEmitter()
    emitter.setMaxListeners(0)
    mine = [lambda value: None for _ in range(count)]
    for each in mine:
        emitter.on("event", each)
    emitter.emit("event", 1)
    for each in mine:
        emitter.removeListener("event", each)
    finish()


def stages():
    """Of a pipeline; each passes the chunks on."""
    source = Readable.from_([b"chunk"] * CHUNKS)
    sink = Writable(write=lambda chunk, encoding, callback: callback())
    pipeline(source, *[PassThrough() for _ in range(count)], sink, lambda error: finish())


def timers():
    """Of 50 durations; all fire."""
    left = count

    def fired():
        nonlocal left
        left -= 1
        if not left:
            finish()

    for number in range(count):
        setTimeout(fired, 1 + number % 50)


def main():
    global start
    start = time.process_time()
    {"listeners": listeners, "stages": stages, "timers": timers}[kind]()


kind, count = sys.argv[1], int(sys.argv[2])
start = 0.0
run(main)
