"""What type checkers must accept, and what they must refuse: the lines that end in `# wrong`.

It is only read, by `tests/test_typing.py`; nothing of it runs.
"""

from __future__ import annotations

from typing import Any

from nodecompat import (
    Buffer,
    crypto,
    dgram,
    dns,
    events,
    fetch,
    http,
    https,
    net,
    process,
    readline,
    stream,
    timers,
    tls,
    zlib,
)
from nodecompat.errors import ERR_INVALID_ARG_VALUE
from nodecompat.eventtarget import EventTarget
from nodecompat.timers import promises as waiting

server = net.createServer()
socket = net.Socket()
unknown: dict[str, Any] = {"port": 80, "mine": True}


def onSocket(connection: net.Socket) -> None:
    connection.end(str(connection.remotePort))


async def onSocketLater(connection: net.Socket) -> None:
    connection.destroy()


def onRequest(req: http.IncomingMessage, res: http.ServerResponse) -> None:
    res.writeHead(200, {"Content-Type": "text/plain"}).end(req.url)


def onText(text: str) -> None:
    print(text)


def onRead(size: int) -> None:
    print(size)


def onAnything(value: object) -> None:
    print(value)


def onMessage(message: bytes, info: dgram.RemoteInfo) -> None:
    print(message, info.address, info.port)


# -- net

net.createServer(onSocket)
net.createServer(onSocketLater)
net.createServer(lambda connection: connection.end("bye"))
net.createServer(lambda: None)
net.createServer({"allowHalfOpen": True}, onSocket)
net.createServer(onSocket, noDelay=True, keepAlive=True)
net.createServer(lambda req, res: None)  # wrong
net.createServer(onRequest)  # wrong
net.createServer(onText)  # wrong
net.createServer({"allowHalfOpened": True}, onSocket)  # wrong
net.createServer(noDelya=True)  # wrong
net.createServer(noDelay="yes")  # wrong
server.listen()
server.listen(80)
server.listen(80, lambda: None)
server.listen(80, "127.0.0.1", lambda: None)
server.listen(80, "127.0.0.1", 511, lambda: None)
server.listen("/run/socket")
server.listen(port=80, host="::1", backlog=100)
server.listen({"port": 80, "exclusive": True}, lambda: None)
server.listen(unknown)
server.listen(prot=80)  # wrong
server.listen({"prot": 80})  # wrong
server.listen(port=[80])  # wrong
server.listen(80, lambda number: None)  # wrong
server.listen(80, "::1", "511")  # wrong
server.on("connection", onSocket).once("close", lambda: None)
server.on("drop", lambda data: print(data.remoteAddress))
server.on("conection", onSocket)  # wrong
server.on("connection", onRequest)  # wrong
server.on("listening", onText)  # wrong
server.once("clsoe", lambda: None)  # wrong
server.off("connection", onSocket)
server.off("connections", onSocket)  # wrong
server.close(lambda error: print(error))
server.close(5)  # wrong
server.getConnections(lambda error, count: print(count + 1))
net.connect(80)
net.connect(80, "localhost", lambda: None)
net.connect({"port": 80, "timeout": 5000})
net.connect(port=80, host="localhost", signal=None)
net.connect(unknown)
net.connect(hosst="localhost")  # wrong
net.connect(80, "localhost", onText)  # wrong
net.connect({"port": None})  # wrong
address: str | None = socket.remoteAddress
socket.on("data", socket.write).on("end", socket.end).setNoDelay(True)
socket.on("close", lambda hadError: print(not hadError))
socket.end("bye", lambda: None)
socket.end(5)  # wrong
socket.write(5)  # wrong
socket.on("dta", socket.write)  # wrong
socket.on("close", onText)  # wrong
socket.setEncoding(8)  # wrong
socket.setTimeout("1000")  # wrong
socket.setKeepAlive({"enable": True, "initialDelay": 1000})
socket.setKeepAlive({"enabled": True})  # wrong
net.BlockList().addAddress("127.0.0.1")
net.Socket(hihgWaterMark=3)  # wrong
net.SocketAddress(address="::1", family="ipv6", port=80)
net.SocketAddress(adress="::1")  # wrong


@socket.on("connect")
def onConnect() -> None:
    socket.write("hello")


# -- http

http.createServer(onRequest).listen(80)
http.createServer(lambda req, res: res.end(req.method))
print(http.IncomingMessage().socket.remoteAddress)
print(http.IncomingMessage().socket.remoteAdress)  # wrong
http.createServer({"keepAliveTimeout": 5000}, onRequest)
http.createServer(onRequest, requestTimeout=10_000, maxHeaderSize=8192)
http.createServer(onSocket)  # wrong
http.createServer(onRequest, keepAliveTimout=1)  # wrong
http.createServer({"keepAliveTimeot": 1}, onRequest)  # wrong
http.request("http://localhost/", timeout=3000)
http.request("http://localhost/", {"method": "POST", "headers": {"x": "y"}}, lambda res: print(res.statusCode))
http.request({"host": "localhost", "port": 80, "path": "/"}).end()
http.request(unknown)
http.get("http://localhost/", lambda res: res.on("data", lambda chunk: print(chunk)))
http.request("http://localhost/", timeot=3)  # wrong
http.request({"hots": "localhost"})  # wrong
http.get("http://localhost/", onText)  # wrong
http.request(5)  # wrong
http.Agent(keepAlive=True, maxSockets=4)
http.Agent(keepalive=True)  # wrong
http.Agent({"maxSocket": 3})  # wrong
http.get("http://localhost/").on("response", lambda res: res.pipe(socket)).on("error", lambda error: None)
http.get("http://localhost/").on("reponse", lambda res: None)  # wrong
http.get("http://localhost/").end(5)  # wrong
http.createServer().on("upgrade", lambda req, connection, head: connection.end(head))
http.createServer().on("request", onSocket)  # wrong

# -- tls, https

tls.connect(443, "localhost", {"servername": "localhost"}, lambda: None)
tls.connect(host="localhost", port=443, rejectUnauthorized=True)
tls.connect(host="localhost", port=443, rejectUnautorized=False)  # wrong
tls.connect({"hots": "localhost"})  # wrong
tls.createServer({"key": "", "cert": ""}, lambda connection: connection.getPeerCertificate())
tls.createServer(certs="")  # wrong
https.request("https://localhost/", ca="", servername="localhost")
https.get("https://localhost/", rejectUnauthorised=False)  # wrong
https.createServer({"key": "", "cert": ""}, onRequest)
https.Agent(maxCachedSessions=0, keepAlive=True)
https.Agent(maxCachedSession=0)  # wrong

# -- streams and the rest

source = stream.Readable({"highWaterMark": 3, "read": onRead})
source.pipe(stream.PassThrough()).on("finish", lambda: None)
stream.Readable(objectMode=True, encoding="utf8").on("data", lambda chunk: print(chunk))
stream.Readable({"higWaterMark": 3})  # wrong
stream.Writable(highWatermark=3)  # wrong
stream.Transform(transfrom=None)  # wrong
source.on("raedable", lambda: None)  # wrong
source.pipe(stream.PassThrough(), ends=False)  # wrong
source.pipe(stream.PassThrough()).write("more")
source.pipe(stream.PassThrough()).wriet("more")  # wrong
source.reduce(lambda total, chunk: total + len(chunk), 0, {"signal": None})
source.reduce()  # wrong
stream.pipeline(source, stream.PassThrough(), lambda error: None)
stream.pipeline([source, stream.PassThrough()], lambda error: None)
stream.pipeline(source, stream.PassThrough(), 5)  # wrong
stream.finished(source, {"readable": False}, lambda error: None)
events.EventEmitter().on("anything", lambda *args: None)
events.EventEmitter().on(events.errorMonitor, onAnything)
dgram.createSocket("udp4", onMessage).bind(53, lambda: None)
dgram.createSocket({"type": "udp6", "reuseAddr": True})
dgram.createSocket("udp4", onText)  # wrong
dgram.createSocket({"type": "udp6", "reuseAdr": True})  # wrong
dgram.createSocket("udp4").on("mesage", onMessage)  # wrong
dns.lookup("localhost", {"all": True}, lambda error, addresses: print(addresses))
dns.lookup("localhost", lambda error, address: print(address), famly=4)  # wrong
fetch("http://localhost/", method="POST", body="x")
fetch("http://localhost/", metod="POST")  # wrong
waiting.setTimeout(10, "value", ref=False)
waiting.setTimeout(10, "value", reff=False)  # wrong
timers.setTimeout(lambda: None, 10).unref()
zlib.createGzip(level=9).end(b"data")
zlib.createGzip(levl=9)  # wrong
zlib.gunzipSync(zlib.gzipSync(b"data", level=9)).decode()
zlib.gzip("data", {"level": 9}, lambda error, result: print(result))
zlib.gzipSync(b"data", levl=9)  # wrong
zlib.gzipSync(5)  # wrong
Buffer.alloc(8).readUInt16BE(2).bit_length()
Buffer.alloc(8).readUInt16BE("2")  # wrong
crypto.createHash("sha256").update("text").digest("hex")
crypto.createHash("sha256", outputLenght=3)  # wrong
readline.createInterface(input=source, prompt="> ").on("line", onText)
process.on("SIGTERM", lambda signal, number: process.exit(number)).on("exit", lambda code: print(code))
process.on("SIGTREM", lambda: None)  # wrong
EventTarget().addEventListener("x", onAnything, once=True)
EventTarget().addEventListener("x", onAnything, onec=True)  # wrong
error: TypeError = ERR_INVALID_ARG_VALUE("name", 1)


class Shouting(stream.Transform):
    """An option may be given a narrower type, and a hook be a plain method."""

    def _transform(self, chunk: bytes, encoding: str | None, callback: Any) -> None:
        callback(None, chunk.upper())


class Kept(stream.Writable):
    """The chunks of a stream of bytes have an encoding always."""

    def _write(self, chunk: bytes, encoding: str, callback: Any) -> None:
        callback()


class Named(events.EventEmitter):
    """Has events of its own."""


Named().on("renamed", onText).emit("renamed", "x")
