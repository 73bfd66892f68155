import json

from nodecompat import querystring

q = querystring.parse("foo=bar&abc=xyz&abc=123&e&=v&s=%20+%zz")
print(
    "|".join(q),
    q["foo"],
    ",".join(q["abc"]),
    json.dumps(q["e"]),
    q[""],
    q["s"],
    "undefined" if q["none"] is None else 1,
)
print(querystring.stringify({"foo": "bar", "baz": ["qux", "quux"], "corge": "", "n": 1.5, "t": True, "o": {}}))
print(
    querystring.stringify({"foo": "bar", "baz": "qux"}, ";", ":"),
    querystring.escape("a b&ü"),
    querystring.unescape("%C3%BC%zz"),
)
print(
    querystring.parse("w=%D6%D0%CE%C4&foo=bar", None, None, {"decodeURIComponent": lambda s: s.lower()})["w"],
    len(querystring.parse("a&b&c", None, None, {"maxKeys": 2})),
)
