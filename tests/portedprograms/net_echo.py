import json

from nodecompat import net, run


def onConnection(c):
    print("client connected")
    c.on("end", lambda: print("client disconnected"))
    c.write("hello\r\n")
    c.pipe(c)


server = net.createServer(onConnection)


@server.on("error")
def onError(err):
    raise err


def onListening():
    print("server bound")

    def connected():
        print("connected to server!")
        client.write("world!\r\n")

    client = net.createConnection({"port": server.address().port}, connected)
    all = ""

    @client.on("data")
    def onData(data):
        nonlocal all
        all += data.decode()
        if all.endswith("world!\r\n"):
            print(json.dumps(all), client.bytesRead, client.bytesWritten)
            client.end()

    client.on("end", lambda: (print("disconnected from server"), server.close()))


server.listen(0, onListening)
run()
