from nodecompat import http, run


def onRequest(req, res):
    res.writeHead(200, {"Content-Type": "text/plain"})
    res.end("okay")


server = http.createServer(onRequest)


@server.on("upgrade")
def onUpgrade(req, socket, head):
    socket.write(
        "HTTP/1.1 101 Web Socket Protocol Handshake\r\n" + "Upgrade: WebSocket\r\n" + "Connection: Upgrade\r\n" + "\r\n"
    )
    socket.pipe(socket)


def onListening():
    options = {
        "port": server.address().port,
        "host": "127.0.0.1",
        "headers": {"Connection": "Upgrade", "Upgrade": "websocket"},
    }
    req = http.request(options)
    req.end()

    @req.on("upgrade")
    def onUpgrade(res, socket, upgradeHead):
        print("got upgraded!", res.statusCode, res.headers["upgrade"], len(upgradeHead))
        socket.write("hello")
        socket.on("data", lambda d: (print(d.decode()), socket.end(), server.close(lambda: print("closed"))))


server.listen(0, "127.0.0.1", onListening)
run()
