import json

from nodecompat import http, run


def js(value):
    return "undefined" if value is None else str(value).lower()


try:
    http.validateHeaderName("")
except Exception as err:
    print(js(isinstance(err, TypeError)), err.code, err)
try:
    http.validateHeaderValue("x-my-header", None)
except Exception as err:
    print(js(isinstance(err, TypeError)), js(err.code == "ERR_HTTP_INVALID_HEADER_VALUE"), err)
try:
    http.validateHeaderValue("x-my-header", "oʊmɪɡə")
except Exception as err:
    print(js(err.code == "ERR_INVALID_CHAR"), err)


def onRequest(request, response):
    response.setHeader("Foo", "bar")
    response.setHeader("Set-Cookie", ["foo=bar", "bar=baz"])
    print(
        ",".join(response.getHeaderNames()),
        json.dumps(response.getHeaders(), separators=(",", ":")),
        js(response.hasHeader("foo")),
        response.getHeader("FOO"),
    )
    response.removeHeader("foo")
    response.appendHeader("Set-Cookie", "c=d")
    print(
        ",".join(response.getHeader("set-cookie")),
        js(response.headersSent),
        js(request.headers["none"]),
        ",".join(request.headersDistinct["x-a"]),
    )
    response.end()
    print(js(response.headersSent))
    try:
        response.setHeader("a", "b")
    except Exception as e:
        print(e.code)


server = http.createServer(onRequest)


def onListening():
    request = http.request({"port": server.address().port, "headers": {"Foo": "bar"}})
    request.setHeader("Cookie", ["type=ninja", "language=javascript"])
    request.setHeader("X-A", ["1", "2"])
    print(
        ",".join(request.getRawHeaderNames()),
        ",".join(request.getHeader("cookie")),
        request.path,
        request.method,
        request.protocol,
    )
    request.end()
    request.on(
        "response",
        lambda res: (print(",".join(res.headers["set-cookie"]), js(res.headers["foo"])), res.resume(), server.close()),
    )


server.listen(0, onListening)
run()
