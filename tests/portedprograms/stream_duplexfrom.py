from nodecompat import run
from nodecompat.stream import Duplex, duplexPair


async def hello():
    yield "Hello"
    yield "World"


async def upper(source):
    async for chunk in source:
        yield str(chunk).upper()


s = ""


async def collect(source):
    global s
    async for chunk in source:
        s += chunk


s1 = Duplex.from_(hello())
s2 = Duplex.from_(upper)
s3 = Duplex.from_(collect)


@s1.pipe(s2).pipe(s3).on("finish")
def onFinish():
    print(s)
    client, server = duplexPair()
    server.on("data", lambda d: (print("server", d.decode()), server.end("pong")))
    client.on("data", lambda d: print("client", d.decode())).on("end", lambda: print("end"))
    client.write("ping")


run()
