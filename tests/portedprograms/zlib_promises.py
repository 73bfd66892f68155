from nodecompat import Buffer, run, zlib
from nodecompat.util import promisify
from nodecompat.zlib import deflate, unzip, unzipSync

input = "................................."
cut = Buffer.from_("eJzT0yMA", "base64")
given = Buffer.from_("eJzT0yMAAGTvBe8=", "base64")
print(zlib.crc32("hello"), zlib.crc32("world", zlib.crc32("hello ")))


def onDeflated(err, buffer):
    if err:
        raise err
    print(unzipSync(buffer).decode())
    unzip(given, onUnzipped)


def onUnzipped(err, buffer):
    if err:
        raise err
    print(buffer.decode())
    do_unzip = promisify(unzip)
    do_unzip(given).addCallback(lambda buf: print(buf.decode())).addCallback(
        lambda _: do_unzip(cut, {"finishFlush": zlib.constants.Z_SYNC_FLUSH})
    ).addCallback(lambda buf: print(buf.decode())).addCallback(lambda _: do_unzip(cut)).addErrback(
        lambda f: print(f.value.code, f.value.errno, f.value)
    )


deflate(input, onDeflated)
run()
