import os
import tempfile

from nodecompat import net, run

path = tempfile.gettempdir() + "/ported" + str(os.getpid()) + ".sock"


def js(value):
    return "undefined" if value is None else str(value).lower()


def onConnection(c):
    c.setEncoding("utf8")
    c.on("data", lambda s: c.end(s.upper()))


server = net.createServer(onConnection)


def onListening():
    print(js(server.address() == path))
    c = net.connect(path, lambda: c.write("text"))
    c.on("data", lambda d: print(d.decode(), js(c.remoteAddress))).on(
        "close", lambda hadError: (print("close", js(hadError)), server.close())
    )
    net.connect(path + "x").on("error", lambda e: print(e.code, e.syscall, js(e.address == path + "x")))


server.listen(path, onListening)
run()
