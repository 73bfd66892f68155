"""What the other files of this folder put a load balancer, or Kubernetes, in front of.

    nodecompat run --workers auto --status 9081 app.py tcp:8081:interface=127.0.0.1 tcp:9181:interface=127.0.0.1

Arguments: the endpoint to serve at, `haproxy:tcp:…` where a proxy tells the clients' addresses; that of HAProxy's agent
check. `touch drain` takes the instance out of service without ending it, `rm drain` brings it back.
"""

import os

from nodecompat import health, http, net, process

given = process.argv[2:4]
place, agentPlace = given + ["tcp:8081", "tcp:9181:interface=127.0.0.1"][len(given) :]
health.addCheck(lambda: not os.path.exists("drain"))


def onRequest(req, res):
    if not health.answer(req, res):
        res.setHeader("X-Worker", str(process.pid))
        req.resume().on("end", lambda: res.end(f"hello {req.socket.remoteAddress}\n"))


def onAgent(socket):
    """HAProxy's agent check: a line that says what to do with this instance. HAProxy resets when it has read it."""
    socket.on("error", lambda error: None)
    socket.end("ready up\n" if health.isReady() else "drain\n")


http.createServer(onRequest).listen(place)
net.createServer(onAgent).listen(agentPlace)
