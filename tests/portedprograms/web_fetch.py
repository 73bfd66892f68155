import json

from nodecompat import URL, AbortSignal, Headers, URLSearchParams, fetch, http, run, setImmediate


def js(value):
    return str(value).lower()


def onRequest(req, res):
    if req.url == "/redirect":
        res.writeHead(302, {"Location": "/json"})
        return res.end()
    if req.url == "/stream":
        res.write("one ")
        setImmediate(lambda: res.end("two"))
        return
    body = ""

    def onData(d):
        nonlocal body
        body += d.decode()

    def onEnd():
        res.setHeader("Content-Type", "application/json")
        res.end(json.dumps({"method": req.method, "body": body, "type": req.headers["content-type"]}))

    req.on("data", onData).on("end", onEnd)


server = http.createServer(onRequest)


async def onListening():
    base = f"http://localhost:{server.address().port}"
    res = await fetch(base + "/redirect")
    print(
        res.status,
        js(res.ok),
        js(res.redirected),
        URL(res.url).pathname,
        res.headers.get("content-type"),
        (await res.json())["method"],
    )
    post = await fetch(
        base + "/x",
        {
            "method": "POST",
            "body": json.dumps({"a": 1}, separators=(",", ":")),
            "headers": {"Content-Type": "application/json"},
        },
    )
    data = await post.json()
    print(data["method"], data["body"], data["type"])
    form = await (await fetch(base, {"method": "POST", "body": URLSearchParams({"a": "b c"})})).json()
    print(form["body"], form["type"])
    stream = await fetch(base + "/stream")
    text = ""
    async for chunk in stream.body:
        text += chunk.decode()
    print(text, js(stream.bodyUsed))
    try:
        await stream.text()
    except TypeError as e:
        print(e.name)
    try:
        await fetch("http://127.0.0.1:1/")
    except TypeError as e:
        print(e.name, e, e.cause.code)
    try:
        await fetch(base, {"signal": AbortSignal.abort()})
    except Exception as e:
        print(e.name)
    h = Headers({"X-A": "1"})
    h.append("x-a", "2")
    print(h.get("X-a"), "|".join(f"{k},{v}" for k, v in h))
    server.closeAllConnections()
    server.close(lambda: print("closed"))


server.listen(0, onListening)
run()
