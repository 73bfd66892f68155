from nodecompat import Buffer, net, run


def onListening():
    text = ""

    def callback(nread, buf):
        nonlocal text
        text += buf.toString("utf8", 0, nread) + "|"

    net.connect(
        {
            "port": server.address().port,
            "onread": {
                "buffer": Buffer.alloc(8),
                "callback": callback,
            },
        }
    ).on("end", lambda: (print(text), server.close()))


server = net.createServer(lambda c: c.end("0123456789" * 3)).listen(0, onListening)
run()
