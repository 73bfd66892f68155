from nodecompat import Buffer, dgram, run

server = dgram.createSocket("udp4")
server.on("error", lambda err: (print(f"server error:\n{err}"), server.close()))


@server.on("message")
def onMessage(msg, rinfo):
    print(f"server got: {msg.decode()} from {rinfo.address} {rinfo.family} {rinfo.size}")
    server.close()


@server.on("listening")
def onListening():
    address = server.address()
    print(f"server listening {address.address} {address.family}")
    buf1 = Buffer.from_("Some ")
    buf2 = Buffer.from_("bytes")
    client = dgram.createSocket("udp4")
    client.connect(
        address.port,
        "127.0.0.1",
        lambda err=None: client.send(
            [buf1, buf2],
            lambda err, bytes: (
                print("null" if err is None else err, bytes, client.remoteAddress().address),
                client.close(),
            ),
        ),
    )


server.bind({"address": "127.0.0.1", "port": 0, "exclusive": True})
server.on("close", lambda: print("close"))
run()
