from twisted.internet.defer import Deferred, gatherResults

from nodecompat import http, run, setImmediate

agent = http.Agent({"keepAlive": True, "maxSockets": 1})
server = http.createServer(lambda req, res: res.end(req.url))


def get(path):
    result = Deferred()

    def onResponse(res):
        s = ""
        res.setEncoding("utf8")

        @res.on("data")
        def onData(d):
            nonlocal s
            s += d

        res.on("end", lambda: setImmediate(lambda: result.callback(f"{s},{str(req.reusedSocket).lower()}")))

    req = http.get({"port": server.address().port, "agent": agent, "path": path}, onResponse)
    return result


async def onListening():
    print(" ".join(await gatherResults([get("/a"), get("/b")])))
    print(await get("/c"))
    name = agent.getName({"host": "h", "port": 1})
    print(
        name,
        len(agent.freeSockets),
        len(agent.sockets),
        agent.maxFreeSockets,
        "Infinity" if agent.maxTotalSockets == float("inf") else agent.maxTotalSockets,
    )
    agent.destroy()
    server.close(lambda: print("closed"))


server.listen(0, onListening)
run()
