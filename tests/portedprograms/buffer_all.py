import functools
import json

from nodecompat import Buffer, atob, btoa, buffer, util


def js(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def log(*a):
    print(" ".join(map(js, a)))


log(
    Buffer.alloc(5, "a").toString("hex"), Buffer.from_([1, 2, 3]).length, Buffer.from_("tést", "latin1").toString("hex")
)
buf1 = Buffer.from_("hello world", "utf8")
log(buf1.toString("hex"), buf1.toString("base64"), Buffer.from_("fhqwhgads", "utf8").toString("base64url"))
log(
    Buffer.from_("1ag", "hex").toString("hex"),
    Buffer.byteLength("½ + ¼ = ¾"),
    Buffer.isBuffer(buf1),
    Buffer.isEncoding("utf/8"),
)
log(
    Buffer.concat([Buffer.from_("a"), Buffer.from_("bc")], 2).toString(),
    Buffer.compare(Buffer.from_("1"), Buffer.from_("0")),
)
arr = [Buffer.from_("1234"), Buffer.from_("0123")]
log(",".join(each.toString() for each in sorted(arr, key=functools.cmp_to_key(Buffer.compare))))
b = Buffer.from_("this is a buffer")
log(
    b.indexOf("this"),
    b.indexOf("is"),
    b.indexOf(Buffer.from_("a buffer")),
    b.indexOf(97),
    b.lastIndexOf("is"),
    b.includes("this is a buffer example"),
)
buf = Buffer.allocUnsafe(8).fill(0)
buf.writeUInt16BE(0xDEAD, 0)
buf.writeUInt16LE(0xBEEF, 2)
buf.writeInt32BE(-2, 4)
log(buf.toString("hex"), buf.readUInt16BE(0), buf.readInt8(7), buf.readUInt32LE(4), format(buf.readUIntBE(0, 6), "x"))
try:
    buf.readInt8(8)
except Exception as e:
    log(e.code, e)
try:
    buf.writeUInt8(256, 0)
except Exception as e:
    log(e.code, e)
buf.writeDoubleBE(123.456, 0)
log(buf.toString("hex"), format(buf.readFloatLE(0), ".3e").replace("e-0", "e-").replace("e+0", "e+"))
s = b.subarray(0, 4)
s[0] = 0x54
log(b.toString("utf8", 0, 7), b.equals(Buffer.from_("This is a buffer")))
log(
    ",".join(map(str, Buffer.from_([1, 2, 3, 4]).swap16())),
    json.dumps(Buffer.from_("ab").toJSON(), separators=(",", ":")),
    "|".join(f"{i},{v}" for i, v in Buffer.from_("ab").entries()),
)
log(b.copy(buf, 0, 0, 4), buf.slice(0, 4).toString(), b.write("XY", 2), b.toString("ascii", 0, 4), b.at(-1))
log(
    buf.readBigUInt64BE(0) > 0,
    len(Buffer.from_("€").toString("latin1")),
    Buffer.from_("zz", "base64").length,
    len(Buffer.from_("test").toString("ucs2")),
)
t = Buffer.from_([0xE2, 0x82, 0xAC])
log(t.toString(), t.subarray(0, 2).toString(), ",".join(map(str, t.toJSON()["data"])))
print(util.inspect(buf1))
print(util.inspect(Buffer.alloc(60)))
log(atob("aGk="), btoa("hi"), buffer.transcode(Buffer.from_("€"), "utf8", "latin1").toString("hex"))
