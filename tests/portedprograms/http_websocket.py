from nodecompat import Buffer, crypto, http, run

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept(key):
    return crypto.createHash("sha1").update(key + GUID).digest("base64")


def frame(text):
    data = Buffer.from_(text)
    if data.length < 126:
        return Buffer.concat([Buffer.from_([0x81, data.length]), data])
    head = Buffer.alloc(4)
    head[0] = 0x81
    head[1] = 126
    head.writeUInt16BE(data.length, 2)
    return Buffer.concat([head, data])


def masked(text):
    data = Buffer.from_(text)
    mask = Buffer.from_([1, 2, 3, 4])
    out = Buffer.alloc(6 + data.length)
    out.writeUInt8(0x81, 0)
    out.writeUInt8(0x80 | data.length, 1)
    mask.copy(out, 2)
    for i in range(data.length):
        out[6 + i] = data[i] ^ mask[i % 4]
    return out


def unmask(chunk):
    length = chunk.readUInt8(1) & 0x7F
    mask = chunk.subarray(2, 6)
    data = chunk.subarray(6, 6 + length)
    for i in range(data.length):
        data[i] ^= mask[i % 4]
    return data.toString("utf8")


server = http.createServer()


@server.on("upgrade")
def onUpgrade(req, socket):
    if req.headers["upgrade"] != "websocket":
        return socket.end("HTTP/1.1 400 Bad Request")
    socket.write(
        "\r\n".join(
            [
                "HTTP/1.1 101 Web Socket Protocol Handshake",
                "Upgrade: WebSocket",
                "Connection: Upgrade",
                f"Sec-WebSocket-Accept: {accept(req.headers['sec-websocket-key'])}",
            ]
        )
        + "\r\n\r\n"
    )

    @socket.on("data")
    def onData(chunk):
        text = unmask(Buffer.from_(chunk))
        print("server got", text)
        socket.write(frame(text * 50))

    socket.on("end", lambda: (print("server: end"), socket.end()))


def onListening():
    req = http.get(
        {
            "port": server.address().port,
            "headers": {
                "Connection": "Upgrade",
                "Upgrade": "websocket",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            },
        }
    )

    @req.on("upgrade")
    def onUpgrade(res, socket):
        print(res.headers["sec-websocket-accept"])
        socket.write(masked("héllo"))

        @socket.once("data")
        def onData(d):
            d = Buffer.from_(d)
            print(d.readUInt8(1), d.readUInt16BE(2), d.length, d.subarray(4, 10).toString())
            socket.end()
            server.close()


server.listen(0, onListening)
run()
