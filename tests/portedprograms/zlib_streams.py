from nodecompat import Buffer, run, zlib
from nodecompat.stream import Readable, pipeline

gunzip = zlib.createGunzip()
gunzip.on("error", lambda e: print("error", e.code, e.errno, e)).on("close", lambda: (print("close"), next()))
gunzip.end("not gzip")


def next():
    gzip = zlib.createGzip({"level": 9})
    out = []
    gzip.on("data", lambda d: out.append(d))

    def flushed():
        print(zlib.gunzipSync(Buffer.concat(out), {"finishFlush": zlib.constants.Z_SYNC_FLUSH}).decode())
        gzip.end("second")

    gzip.write("first", lambda e=None: gzip.flush(flushed))

    @gzip.on("end")
    def onEnd():
        all = Buffer.concat(out)
        print(zlib.gunzipSync(all).decode(), gzip.bytesWritten)
        print(zlib.gunzipSync(Buffer.concat([all, all])).decode())
        for attempt in (
            lambda: zlib.gunzipSync(all.subarray(0, -3)),
            lambda: zlib.gunzipSync(zlib.gzipSync(Buffer.alloc(1_000_000)), {"maxOutputLength": 1000}),
            lambda: zlib.createGzip({"level": 10}),
        ):
            try:
                attempt()
            except Exception as e:
                print(e.code, e)
        inflate = zlib.createInflateRaw()

        async def count(source):
            n = 0
            async for c in source:
                n += len(c)
            return n

        pipeline(
            Readable.from_([zlib.deflateRawSync("x" * 100000)]),
            inflate,
            count,
            lambda err, n: print("undefined" if err is None else err, n),
        )


run()
