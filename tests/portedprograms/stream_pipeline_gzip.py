from nodecompat import fs, run, zlib
from nodecompat.stream import pipeline

fs.writeFileSync(__file__ + ".tar", "archive " * 1000)


def done(err):
    if err:
        print("Pipeline failed.", err)
    else:
        print("Pipeline succeeded.")
    print(len(zlib.gunzipSync(fs.readFileSync(__file__ + ".tar.gz"))))
    fs.unlinkSync(__file__ + ".tar")
    fs.unlinkSync(__file__ + ".tar.gz")

    def failed(e):
        print(e.code, e.syscall)
        fs.rmSync(__file__ + ".gz", {"force": True})

    pipeline(fs.createReadStream(__file__ + ".tar"), zlib.createGzip(), fs.createWriteStream(__file__ + ".gz"), failed)


pipeline(
    fs.createReadStream(__file__ + ".tar"),
    zlib.createGzip(),
    fs.createWriteStream(__file__ + ".tar.gz"),
    done,
)
run()
