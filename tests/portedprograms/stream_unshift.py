import json

from nodecompat import Buffer, run, setImmediate
from nodecompat.stream import Readable
from nodecompat.string_decoder import StringDecoder


def parseHeader(stream, callback):
    decoder = StringDecoder("utf8")
    header = ""

    def onReadable():
        nonlocal header
        while (chunk := stream.read()) is not None:
            str = decoder.write(chunk)
            if "\n\n" in str:
                first, *split = str.split("\n\n")
                header += first
                remaining = "\n\n".join(split)
                buf = Buffer.from_(remaining, "utf8")
                stream.removeListener("error", callback)
                stream.removeListener("readable", onReadable)
                if buf.length:
                    stream.unshift(buf)
                callback(None, header, stream)
                return
            header += str

    stream.on("error", callback)
    stream.on("readable", onReadable)


s = Readable(read=lambda: None)


def onHeader(err, header, stream):
    print("header", json.dumps(header))
    stream.on("data", lambda d: print("body", d.decode()))
    stream.on("end", lambda: print("end"))


parseHeader(s, onHeader)
s.push("A: 1\nB: ")
s.push("2\n\nbody \n")
setImmediate(lambda: (s.push("more"), s.push(None)))
run()
