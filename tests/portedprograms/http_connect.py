from nodecompat import URL, http, net, run

origin = http.createServer(lambda req, res: res.end("origin says " + req.url))


def onRequest(req, res):
    res.writeHead(200, {"Content-Type": "text/plain"})
    res.end("okay")


proxy = http.createServer(onRequest)


@proxy.on("connect")
def onConnect(req, clientSocket, head):
    url = URL(f"http://{req.url}")

    def connected():
        clientSocket.write("HTTP/1.1 200 Connection Established\r\n" + "Proxy-agent: Node.js-Proxy\r\n" + "\r\n")
        serverSocket.write(head)
        serverSocket.pipe(clientSocket)
        clientSocket.pipe(serverSocket)

    serverSocket = net.connect(url.port or 80, url.hostname, connected)


def start():
    options = {
        "port": proxy.address().port,
        "host": "127.0.0.1",
        "method": "CONNECT",
        "path": "127.0.0.1:" + str(origin.address().port),
    }
    req = http.request(options)
    req.end()

    @req.on("connect")
    def onConnect(res, socket, head):
        print("got connected!", res.statusMessage, res.headers["proxy-agent"])
        socket.write("GET /x HTTP/1.1\r\n" + "Host: a\r\n" + "Connection: close\r\n" + "\r\n")
        all = ""

        @socket.on("data")
        def onData(chunk):
            nonlocal all
            all += chunk.decode()

        @socket.on("end")
        def onEnd():
            print(all.split("\r\n\r\n")[1])
            proxy.close()
            origin.close()


origin.listen(0, "127.0.0.1", lambda: proxy.listen(0, "127.0.0.1", start))
run()
