"""A reactor that waits in our epoll: what is Twisted's and what is ours are both served, and all of it ends."""

from __future__ import annotations

from program import python

DIRECT = """
from nodecompat.reactor.loop.install import installReactor
installReactor("direct")
import threading
from twisted.internet import protocol, reactor
import nodecompat
from nodecompat import net, setTimeout
seen = []
def finish(word):
    seen.append(word)
    if len(seen) == 4:
        print(*sorted(seen), len(reactor.getReaders()) > 0)
        server.close()
        port.stopListening()
"""


def testOurConnectionsAndTwistedsAreServedSideBySide() -> None:
    source = """
class Echo(protocol.Protocol):
    def dataReceived(self, data):
        self.transport.write(data)
        self.transport.loseConnection()

def onConnection(socket):
    socket.pipe(socket)

def ask(name, port):
    client = net.connect(port, "127.0.0.1")
    client.on("data", lambda data: (client.end(), finish(name)))
    client.write(b"x")

port = reactor.listenTCP(0, protocol.Factory.forProtocol(Echo), interface="127.0.0.1")
server = net.createServer(onConnection)
def onListening():
    ask("ours", server.address().port)
    ask("Twisted's", port.getHost().port)
    setTimeout(finish, 5, "timer")
    threading.Thread(target=reactor.callFromThread, args=(finish, "thread")).start()
server.listen(0, "127.0.0.1", onListening)
nodecompat.run()
"""
    assert python("-c", DIRECT + source) == (0, "Twisted's ours thread timer True\n", "")


def testWithoutConnectionsOfOursItIsTwistedsReactor() -> None:
    source = """
server = port = None
reactor.callLater(0.001, reactor.stop)
reactor.run()
print("stopped")
"""
    assert python("-c", DIRECT + source) == (0, "stopped\n", "")


def testStoppingClosesWhatIsOpen() -> None:
    source = """
server, port = net.createServer(), None
def onListening():
    print("Poller" in str(reactor.getReaders()))
    reactor.callLater(0, reactor.stop)
server.listen(0, "127.0.0.1", onListening)
reactor.run()
print("Poller" in str(reactor.getReaders()))
"""
    assert python("-c", DIRECT + source) == (0, "True\nFalse\n", "")


def testAChildAfterAForkWaitsInAnEpollOfItsOwn() -> None:
    source = """
import os, sys
server, port = net.createServer(lambda socket: socket.end(b"hi")), None
def onListening():
    child = os.fork()
    if child == 0:
        client = net.connect(server.address().port, "127.0.0.1")
        client.on("data", lambda data: (print(data.decode(), flush=True), os._exit(0)))
    else:
        setTimeout(reap, 20, child)
def reap(child):
    done, status = os.waitpid(child, os.WNOHANG)
    if done:
        print("reaped", status)
        server.close()
    else:
        setTimeout(reap, 20, child)
server.listen(0, "127.0.0.1", onListening)
nodecompat.run()
"""
    assert python("-c", DIRECT + source) == (0, "hi\nreaped 0\n", "")
