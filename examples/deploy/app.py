"""What the other files of this folder put a load balancer, or Kubernetes, in front of.

    nodecompat run --workers auto --status 9081 app.py 127.0.0.1 8081 9181

`/healthz` is answered on its own port too; `touch drain` takes the instance out of service, `rm drain` brings it back.
"""

import os

from nodecompat import health, http, net, process

host, port, agentPort = process.argv[2:5] or ("0.0.0.0", "8081", "9181")
health.addCheck(lambda: not os.path.exists("drain"))


def onRequest(req, res):
    if not health.answer(req, res):
        res.setHeader("X-Worker", str(process.pid))
        res.end("hello\n")


def onAgent(socket):
    """HAProxy's agent check: a line that says what to do with this instance. HAProxy resets when it has read it."""
    socket.on("error", lambda error: None)
    socket.end("ready up\n" if health.isReady() else "drain\n")


http.createServer(onRequest).listen(int(port), host)
net.createServer(onAgent).listen(int(agentPort), host)
