from nodecompat import run, setImmediate, setTimeout
from nodecompat.stream import PassThrough, Readable, Writable, isDisturbed, isErrored, isReadable


def js(*values):
    print(*("null" if v is None else str(v).lower() if isinstance(v, bool) else v for v in values))


source = Readable.from_(["a", "b", "c"], {"objectMode": False})
slow, fast = [], []
a = Writable(highWaterMark=1, write=lambda c, e, cb: setTimeout(lambda: (slow.append(c.decode()), cb()), 1))
b = Writable(write=lambda c, e, cb: (fast.append(c.decode()), cb()))
source.pipe(a)
source.pipe(b)
js(isDisturbed(source), isReadable(source), isErrored(source))
left = 2


def onFinish():
    global left
    left -= 1
    if left == 0:
        js(",".join(slow), ",".join(fast), isDisturbed(source), isReadable(source))
        next()


for s in [a, b]:
    s.on("finish", onFinish)


def next():
    r = Readable(read=lambda: None)
    w = PassThrough()
    r.pipe(w)
    w.on("unpipe", lambda src: js("unpipe", src is r))
    w.on("error", lambda e: print("error", e))
    r.push("x")

    def then():
        js(w.read(), r.readableFlowing, r.readableLength)
        w.destroy(Exception("over"))
        r.pipe(PassThrough()).on("data", lambda d: print(d.decode()))

    setImmediate(lambda: (print(w.read().decode()), r.unpipe(w), r.push("y"), setImmediate(then)))


run()
