from nodecompat import net, run, setTimeout


def onListening():
    address = first.address()
    port = address.port
    print(address.family, address.address, "true" if first.listening else "false")
    server = net.createServer()
    tries = 0

    @server.on("error")
    def onError(e):
        if e.code == "EADDRINUSE":
            print("Address in use, retrying...", e.syscall, "true" if e.port == port else "false")

            def again():
                nonlocal tries
                server.close(lambda err: print(err.code))
                tries += 1
                if tries == 2:
                    first.close(lambda: server.listen(port, "127.0.0.1"))
                else:
                    server.listen(port, "127.0.0.1")

            setTimeout(again, 5)

    @server.on("listening")
    def onListening():
        server.getConnections(
            lambda err, count: (
                print("listening", "null" if err is None else err, count),
                server.close(lambda: print("closed")),
            )
        )

    server.listen(port, "127.0.0.1")


first = net.createServer().listen(0, "127.0.0.1", onListening)
run()
