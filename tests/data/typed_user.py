"""A program of a user who checks types strictly. `tests/test_typing.py` runs the checkers over it.

Listeners with arguments are functions with annotations: an event's arguments have types that only their writer knows.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

from nodecompat import (
    AbortSignal,
    FormData,
    Request,
    Response,
    asFuture,
    crypto,
    dgram,
    dns,
    fetch,
    http,
    insideAsyncio,
    net,
    process,
    readline,
    run,
    setTimeout,
)
from nodecompat.dgram import RemoteInfo
from nodecompat.events import EventEmitter, once
from nodecompat.service import ServerService, SignalService
from nodecompat.stream import Readable, Transform, pipeline


def onRequest(req: http.IncomingMessage, res: http.ServerResponse) -> None:
    name: str = req.url or "/"
    res.setHeader("Content-Type", "text/plain")
    res.writeHead(200).end(f"hello {name}\n")


async def onUpload(req: http.IncomingMessage, res: http.ServerResponse) -> None:
    size = 0
    async for chunk in req:
        size += len(chunk)
    res.end(str(size))


def onClose(hadError: bool) -> None:
    print("closed after an error" if hadError else "closed")


def onConnection(socket: net.Socket) -> None:
    address: str | None = socket.remoteAddress
    port: int | None = socket.remotePort
    socket.setTimeout(1000, lambda: socket.end(f"{address}:{port} was silent\n"))
    socket.on("data", socket.write)
    socket.once("close", onClose)

    @socket.on("error")
    def onError(error: BaseException) -> None:
        print(error, file=sys.stderr)


class Thermometer(EventEmitter):
    """An emitter of one's own."""

    def tell(self, degrees: float) -> bool:
        return self.emit("temperature", degrees)


async def numbers() -> AsyncIterator[str]:
    for number in range(3):
        yield str(number)


def upper(chunk: bytes, encoding: str, callback: object) -> None:
    assert callable(callback)
    callback(None, chunk.upper())


async def main() -> int:
    server: net.Server = net.createServer({"allowHalfOpen": True}, onConnection)
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    address = server.address()
    assert address is not None and not isinstance(address, str)
    client: net.Socket = net.connect(address.port, "127.0.0.1")
    client.write("hello", "utf8", lambda: client.end())
    source: Readable = Readable.from_(numbers())
    pipeline(source, Transform(transform=upper), client, lambda: server.close())
    await once(server, "close")
    timer = setTimeout(print, 100, "never")
    timer.unref()
    await ask()
    await datagrams()
    return 0


async def ask() -> None:
    server = http.createServer(onUpload).listen(0, "127.0.0.1")
    await once(server, "listening")
    address = server.address()
    assert address is not None and not isinstance(address, str)
    url: str = f"http://127.0.0.1:{address.port}/"
    response: Response = await fetch(url, method="POST", body="four", signal=AbortSignal.timeout(10_000))
    length: str = await response.text()
    kind: str | None = response.headers.get("content-type")
    assert (response.ok, response.status, length, kind) == (True, 200, "4", None)
    form = FormData()
    form.append("name", "value")
    request = Request(url, {"method": "POST", "body": form, "headers": {"X-Own": "1"}})
    content: bytes = await (await fetch(request)).bytes()
    assert int(content) > 0
    server.close()
    server.closeAllConnections()


async def datagrams() -> None:
    socket: dgram.Socket = dgram.createSocket("udp4")

    def onMessage(data: bytes, remote: RemoteInfo) -> None:
        assert (data, remote.address, remote.port) == (b"ping", "127.0.0.1", socket.address().port)
        socket.close()

    socket.on("message", onMessage)
    socket.bind(0, "127.0.0.1", lambda: socket.send("ping", socket.address().port, "127.0.0.1"))
    await once(socket, "close")
    found = await dns.promises.lookup("127.0.0.1")
    assert not isinstance(found, list) and found.family == 4


async def mainInAsyncio() -> int:
    await asyncio.sleep(0)
    return await asyncio.create_task(inATask())


async def inATask() -> int:
    server = http.createServer(onUpload).listen(0)
    await asFuture(once(server, "listening"))
    server.close()
    await asFuture(once(server, "close"))
    return 0


def onClientError(error: Exception, socket: net.Socket) -> None:
    socket.destroy(error)


def onExit(code: int) -> None:
    print("exit", code)


async def modulesAround(req: http.IncomingMessage) -> str:
    wanted: str | None = req.headers["range"]
    names: list[str] | None = req.headersDistinct["accept"]
    secret: bytes = crypto.randomBytes(16)
    digest: bytes = crypto.createHash("sha256", outputLength=32).update(secret).digest()
    crypto.createHmac("sha256", secret, encoding="utf8").update(wanted or "").digest("hex")
    port: str | None = process.env.PORT
    rl = readline.createInterface(req, prompt="? ", crlfDelay=200)
    lines: list[str] = [line async for line in rl]
    name: str = await readline.promises.createInterface(req).question("Name? ")
    readline.clearLine(process.stdout, 0)
    return f"{digest.hex()} {port} {lines} {names} {name} {crypto.randomUUID()} {crypto.randomInt(1, 7)}"


def services(parent: object) -> None:
    web: http.Server = http.createServer(onRequest)
    web.on("clientError", onClientError)
    SignalService().setServiceParent(parent)
    ServerService(web, "tcp:8080", grace=10).setServiceParent(parent)
    ServerService(http.createServer({"keepAliveTimeout": 1000}, onUpload), {"port": 0}).setServiceParent(parent)


if __name__ == "__main__":
    process.on("exit", onExit)
    if "--asyncio" in sys.argv:
        asyncio.run(insideAsyncio(mainInAsyncio))
    else:
        run(main)
