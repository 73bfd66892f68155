# Node: cluster, "Event: 'message'" of a worker: each request is told to the primary.
from nodecompat import cluster, http, process, run, setImmediate, setTimeout

if cluster.isPrimary:
    numReqs = 0
    listening = 0

    def messageHandler(msg):
        global numReqs
        if msg.get("cmd") == "notifyRequest":
            numReqs += 1

    for _ in range(2):
        cluster.fork()
    for worker in cluster.workers.values():
        worker.on("message", messageHandler)

    def onListening(worker, address):
        global listening
        listening += 1
        if listening == 2:
            ask(address.port, 6)

    cluster.on("listening", onListening)

    def ask(port, left):
        def onResponse(res):
            res.setEncoding("utf8")
            res.on("data", lambda text: print(res.statusCode, text.strip()))
            res.on("end", lambda: ask(port, left - 1) if left > 1 else setImmediate(wait))

        http.get({"port": port, "host": "127.0.0.1", "agent": False}, onResponse)

    def wait():
        if numReqs < 6:
            return setTimeout(wait, 5)
        print(f"numReqs = {numReqs}")
        for worker in list(cluster.workers.values()):
            worker.process.kill("SIGKILL")

    cluster.on("exit", lambda worker, code, signal: print("worker died", code or "null", signal, len(cluster.workers)))
else:

    def onRequest(req, res):
        res.writeHead(200)
        res.end("hello world\n")
        process.send({"cmd": "notifyRequest"})

    http.Server(onRequest).listen(0, "127.0.0.1")

run()
