import json

from nodecompat import http, net, run

server = http.createServer(lambda req, res: res.end())


@server.on("clientError")
def onClientError(err, socket):
    print(err.code, err)
    if err.code == "ECONNRESET" or not socket.writable:
        return
    socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")


def onListening():
    c = net.connect(server.address().port, lambda: c.write("GET / HTTP/1.1\r\nbad header\r\n\r\n"))
    all = ""

    @c.on("data")
    def onData(d):
        nonlocal all
        all += d.decode()

    c.on("end", lambda: (print(json.dumps(all)), server.close()))


server.listen(0, onListening)
run()
