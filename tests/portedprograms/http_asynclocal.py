from nodecompat import http, run, setImmediate
from nodecompat.async_hooks import AsyncLocalStorage

asyncLocalStorage = AsyncLocalStorage()
lines = []


def logWithId(msg):
    id = asyncLocalStorage.getStore()
    lines.append(f"{id if id is not None else '-'}: {msg}")


idSeq = 0


def onRequest(req, res):
    global idSeq

    def inside():
        logWithId("start")

        @setImmediate
        def _():
            logWithId("finish")
            res.end()

    id = idSeq
    idSeq += 1
    asyncLocalStorage.run(id, inside)


server = http.createServer(onRequest)
left = 2


def onResponse(res):
    global left
    res.resume()
    left -= 1
    if left == 0:
        print(" ".join(sorted(lines)))
        server.close()


def onListening():
    for _ in range(2):
        http.get({"port": server.address().port}, onResponse)


server.listen(0, onListening)
run()
