from nodecompat import diagnostics_channel, http, run


def js(value):
    return "undefined" if value is None else str(value).lower() if isinstance(value, bool) else value


diagnostics_channel.subscribe(
    "http.server.request.start", lambda message: print("start", message["request"].url, js(message["server"].listening))
)
diagnostics_channel.subscribe(
    "http.server.response.finish", lambda message: print("finish", message["response"].statusCode)
)
diagnostics_channel.subscribe("http.client.request.start", lambda message: print("client", message["request"].path))
diagnostics_channel.subscribe(
    "http.client.response.finish", lambda message: print("client finish", message["response"].statusCode)
)
channel = diagnostics_channel.channel("my-channel")
print(js(channel.hasSubscribers))
channel.subscribe(lambda message, name: print(message["some"], name))
if channel.hasSubscribers:
    channel.publish({"some": "data"})
channels = diagnostics_channel.tracingChannel("work")
channels.subscribe(
    {
        "start": lambda m: print("work start", m["n"]),
        "end": lambda m: print("work end", js(m.get("result"))),
        "error": lambda m: print("work error", m["error"]),
    }
)
print(channels.traceSync(lambda a: a * 2, {"n": 1}, None, 21))


def fails():
    raise Exception("no")


try:
    channels.traceSync(fails, {"n": 2})
except Exception as e:
    print("caught", e)


def onListening():
    http.get(
        {"port": server.address().port, "path": "/p", "agent": False},
        lambda res: res.resume().on("end", lambda: server.close()),
    )


server = http.createServer(lambda req, res: res.end("x")).listen(0, onListening)
run()
