from nodecompat import http, run

server = http.createServer(lambda req, res: None)


def onListening():
    req = http.get({"port": server.address().port, "timeout": 20})
    req.on("timeout", lambda: (print("timeout"), req.destroy(Exception("too slow"))))

    def onError(e):
        print(e, getattr(e, "code", "undefined"))
        server.closeAllConnections()
        server.close(lambda: print("closed"))

    req.on("error", onError)


server.listen(0, onListening)
run()
