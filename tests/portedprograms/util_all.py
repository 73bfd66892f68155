import json
import re

from twisted.internet.defer import succeed

from nodecompat import EventEmitter, fs, run, util


def log(*values):
    print(util.format(*values))


log(
    util.format("%s:%s %d %i %f %j %% %o", "foo", "bar", 42.5, 42.9, "1.5", {"a": 1}, [1]), util.format("%s", 1, 2, "x")
)
log(util.inspect({"a": [1, 2, [3, [4, [5]]]], "b": "text", "c": None, "d": {"k": 1}}, {"depth": 1}))
log(util.inspect("a'b"), util.inspect(len([1, None, 3])), util.inspect({1, 2}))


class Box:
    def __init__(self, value):
        self.value = value

    def __inspect__(self, depth, options, inspect):
        return f"Box< {inspect(self.value, options)} >"


log(util.inspect(Box(True)))


class MyStream(EventEmitter):
    def write(self, data):
        self.emit("data", data)


stream = MyStream()
stream.on("data", lambda data: log(f'Received data: "{data}"'))
stream.write("It works!")
stat = util.promisify(fs.stat)
stat(".").addCallback(lambda stats: (log(stats.isDirectory()), stat("/none"))[1]).addErrback(
    lambda f: log(f.value.code)
)


async def fn():
    return "hello world"


util.callbackify(fn)(lambda err, ret=None: log(ret))
parsed = util.parseArgs(
    {
        "args": ["-f", "--bar", "b", "x"],
        "options": {"foo": {"type": "boolean", "short": "f"}, "bar": {"type": "string"}},
        "allowPositionals": True,
    }
)
log(parsed.values["foo"], parsed.values["bar"], ",".join(parsed.positionals))
log(
    util.isDeepStrictEqual({"a": [1]}, {"a": [1]}),
    util.types.isPromise(succeed(None)),
    util.types.isRegExp(re.compile("a")),
)
log(
    json.dumps(util.styleText("green", "ok", {"validateStream": False})),
    util.stripVTControlCharacters("\u001b[4mvalue\u001b[0m"),
)
log(util.TextDecoder("utf-16le").decode(bytes([97, 0])), ",".join(map(str, util.TextEncoder().encode("é"))))
mime = util.MIMEType('text/html; charset=utf-8; q="sp ace"')
log(mime.essence, mime.params.get("charset"), str(mime))
log(len(util.toUSVString("a\ud800")), util.getSystemErrorName(-2))
run()
