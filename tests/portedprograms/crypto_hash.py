import re

from nodecompat import Buffer, run
from nodecompat.crypto import (
    createHash,
    createHmac,
    pbkdf2Sync,
    randomBytes,
    randomInt,
    randomUUID,
    scryptSync,
    timingSafeEqual,
)
from nodecompat.stream import Readable
from nodecompat.stream.promises import pipeline

hash = createHash("sha256")


@hash.on("readable")
def onReadable():
    data = hash.read()
    if data:
        print(data.hex())


hash.write("some data to hash")
hash.end()
print(createHmac("sha256", "a secret").update("some data to hash").digest("hex"))
print(
    createHash("md5").update("a").update(Buffer.from_("b")).digest("base64"),
    createHash("sha1").update("é", "latin1").digest("hex"),
)
h = createHash("sha1")
h.update("one")
copy = h.copy()
print(str(copy.digest("hex") == createHash("sha1").update("one").digest("hex")).lower())
try:
    h.digest()
    h.update("x")
except Exception as e:
    print(e.code, e)
try:
    createHash("nope")
except Exception as e:
    print(getattr(e, "code", "undefined"), e)
print(
    len(randomBytes(16)),
    str(bool(re.fullmatch("[0-9a-f-]{36}", randomUUID()))).lower(),
    str(timingSafeEqual(Buffer.from_("a"), Buffer.from_("a"))).lower(),
    str(randomInt(3) < 3).lower(),
)
try:
    timingSafeEqual(Buffer.from_("a"), Buffer.from_("ab"))
except Exception as e:
    print(e.code, e)
print(pbkdf2Sync("secret", "salt", 1000, 16, "sha512").hex(), scryptSync("password", "salt", 8).hex())


async def main():
    sum = createHash("sha256")
    await pipeline(Readable.from_(["a", "b"]), sum)
    print(sum.read().hex()[:8])
    randomBytes(8, lambda err, buf: print("null" if err is None else err, len(buf)))


run(main)
