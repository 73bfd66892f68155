from nodecompat import Buffer, run, util, zlib
from nodecompat.util import promisify
from nodecompat.zlib import deflate, unzip, unzipSync

input = "................................."


def onDeflated(err, buffer):
    print(unzipSync(buffer).decode())


deflate(input, onDeflated)
buffer = Buffer.from_("eJzT0yMAAGTvBe8=", "base64")
unzip(buffer, lambda err, buffer: print(buffer.decode()))
do_unzip = promisify(unzip)
do_unzip(buffer).addCallback(lambda buf: print(buf.decode()))
cut = Buffer.from_("eJzT0yMA", "base64")
zlib.unzip(
    cut,
    {"finishFlush": zlib.constants.Z_SYNC_FLUSH},
    lambda err, buffer: print(util.inspect(err) if err else "null", buffer.decode()),
)
zlib.unzip(cut, lambda err, buffer: print(err.code, err.errno, err))
print(zlib.crc32("hello"), zlib.crc32("world", zlib.crc32("hello ")))
run()
