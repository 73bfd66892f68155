from nodecompat import run, setImmediate
from nodecompat.stream import PassThrough, Readable
from nodecompat.stream import finished as finishedCb
from nodecompat.stream.promises import finished


async def main():
    rs = Readable.from_(["x"])
    rs.resume()
    await finished(rs)
    print("Stream is done reading.")
    bad = PassThrough()
    finishedCb(bad, lambda err: print(f"failed {err.code}" if err else "fine"))
    bad.destroy()
    worse = PassThrough()
    setImmediate(lambda: worse.destroy(Exception("kaput")))
    try:
        await finished(worse)
    except Exception as e:
        print(e)


run(main)
