"""A Twisted application of two servers with Node's API: twistd -ny examples/service.tac

Then: curl localhost:8080    and: nc localhost 8124

HTTP and ECHO in the environment say where to listen instead, as endpoints: HTTP=unix:/run/app twistd …
"""

import os

from twisted.application import service

from nodecompat import http, net
from nodecompat.service import ServerService, SignalService


def onRequest(req, res):
    res.setHeader("Content-Type", "text/plain")
    res.end("hello world\n")


def onConnection(socket):
    socket.pipe(socket)


application = service.Application("nodecompat example")
# An end in order with exit code 0; leave it out and twistd ends by the signal, also in order.
SignalService().setServiceParent(application)
ServerService(http.createServer(onRequest), os.environ.get("HTTP", "tcp:8080")).setServiceParent(application)
ServerService(net.createServer(onConnection), os.environ.get("ECHO", "tcp:8124"), grace=1).setServiceParent(application)
