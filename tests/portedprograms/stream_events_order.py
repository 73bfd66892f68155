from nodecompat import run, setImmediate
from nodecompat.stream import Readable, Transform, Writable


def js(*values):
    print(*("null" if v is None else str(v).lower() if isinstance(v, bool) else v for v in values))


log = []
w = Writable(
    write=lambda c, e, cb: (log.append("write"), setImmediate(cb)),
    final=lambda cb: (log.append("final"), cb()),
    destroy=lambda err, cb: (log.append("destroy"), cb(err)),
)
for name in ["pipe", "unpipe", "drain", "prefinish", "finish", "close", "error"]:
    w.on(name, lambda *_, name=name: log.append(name))


class Abc(Readable):
    n = 0

    def _read(self, size):
        self.n += 1
        self.push("abc" if self.n == 1 else None)


r = Abc({"highWaterMark": 2})
for name in ["pause", "resume", "end", "close"]:
    r.on(name, lambda *_, name=name: log.append("r " + name))
js(r.readableFlowing, r.readableHighWaterMark, w.writableHighWaterMark, w.writableLength)
r.pipe(w)
js(r.readableFlowing)


def later():
    print(" ".join(log))
    js(
        w.writable,
        w.writableEnded,
        w.writableFinished,
        w.destroyed,
        w.closed,
        w.errored,
        r.readable,
        r.readableEnded,
        r.readableDidRead,
    )

    class Exclaims(Transform):
        def _transform(self, c, e, cb):
            cb(None, c.decode() + "!")

        def _flush(self, cb):
            self.push("tail")
            cb()

    t = Exclaims()
    t.on("data", lambda d: print(d.decode())).on("finish", lambda: print("finish")).on("end", lambda: print("end")).on(
        "close", lambda: print("close")
    )
    t.write("a")
    t.end("b", lambda e=None: print("end callback"))
    try:
        t.write("late", lambda e: print("callback", e.code))
    except Exception as e:
        print("thrown", e.code)
    t.on("error", lambda e: print("error", e.code))


w.on("close", lambda: setImmediate(later))
run()
