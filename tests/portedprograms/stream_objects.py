import json

from nodecompat import Buffer, run, setImmediate
from nodecompat.stream import Readable, Transform, Writable, pipeline


class Lines(Transform):
    def __init__(self):
        super().__init__({"readableObjectMode": True})
        self.rest = ""

    def _transform(self, chunk, encoding, callback):
        lines = (self.rest + chunk.decode()).split("\n")
        self.rest = lines.pop()
        for line in lines:
            self.push(line)
        callback()

    def _flush(self, callback):
        if self.rest:
            self.push(self.rest)
        callback()


class Parse(Transform):
    def __init__(self):
        super().__init__({"objectMode": True})
        self.line = 0

    def _transform(self, line, encoding, callback):
        self.line += 1
        try:
            value = json.loads(line)
        except ValueError:
            callback(Exception(f"line {self.line} is no JSON"))
        else:
            callback(None, value)


def play(parts, next=None):
    got = []
    parse = Parse()

    def done(err=None):
        print(
            err if err else "done",
            ",".join(map(str, got)),
            str(parse.destroyed).lower(),
            str(parse.readableObjectMode).lower(),
            parse.readableHighWaterMark,
        )
        if next:
            next()

    pipeline(
        Readable.from_([Buffer.from_(p) for p in parts], {"objectMode": False}),
        Lines(),
        parse,
        Writable(objectMode=True, highWaterMark=1, write=lambda o, e, cb: (got.append(o["n"]), setImmediate(cb))),
        done,
    )


play(['{"n":1}\n{"n"', ':2}\n{"n":3}'], lambda: play(['{"n":1}\nbad\n{"n":2}\n'], lambda: play([""])))
run()
