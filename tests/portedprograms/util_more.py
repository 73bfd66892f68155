import math

from nodecompat import AbortSignal, Buffer, process, run, util


def out(*values):
    print(
        util.format(*values)
        if not isinstance(values[0], str)
        else " ".join(v if isinstance(v, str) else util.inspect(v) for v in values)
    )


log = util.debuglog("foo-bar")
log("hi there, it's foo-bar [%d]", 2333)
out(log.enabled)
old = util.deprecate(lambda: "value", "old() is deprecated", "DEP9")
process.on("warning", lambda w: print(w.name, w.code, w))
out(old())
decoder = util.TextDecoder("utf-8", {"fatal": True})
try:
    decoder.decode(Buffer.from_([0xFF]))
except Exception as e:
    out(e.name, e.code)
stream = util.TextDecoder()
out(
    stream.decode(Buffer.from_([0xE2, 0x82]), {"stream": True})
    + stream.decode(Buffer.from_([0xAC]), {"stream": True})
    + stream.decode()
)
out(
    util.inspect({"a": {"b": {"c": {"d": 1}}}}, {"depth": 0}),
    util.inspect({"a": {"b": {"c": {"d": 1}}}}),
    util.inspect("x" * 5, {"colors": True}),
)
out(
    util.inspect(
        {"long": "abcdefghijklmnopqrstuvwxyz", "other": "abcdefghijklmnopqrstuvwxyz", "third": [1, 2, 3]},
        {"compact": False, "breakLength": 80},
    )
)
out(
    util.inspect({"b": 1, "a": 2}, {"sorted": True}),
    util.inspect(list(range(120)), {"maxArrayLength": 3}),
    util.inspect("a\n'b\""),
    util.inspect(-0.0),
    util.inspect([math.nan, math.inf]),
)
circular = {}
circular["self"] = circular
out(util.inspect(circular))
for args in (["--unknown"], ["x"]):
    try:
        util.parseArgs({"args": args})
    except TypeError as e:
        out(e.code, str(e))
r = util.parseArgs(
    {
        "args": ["--no-color", "-vv", "--n=3", "--", "rest"],
        "allowNegative": True,
        "allowPositionals": True,
        "options": {
            "color": {"type": "boolean"},
            "verbose": {"type": "boolean", "short": "v", "multiple": True},
            "n": {"type": "string", "default": "1"},
            "d": {"type": "string", "default": "dd"},
        },
    }
)
out(r.values["color"], len(r.values["verbose"]), r.values["n"], r.values["d"], ",".join(r.positionals))
util.aborted(AbortSignal.abort(), {}).addCallback(lambda _: print("aborted"))
run()
