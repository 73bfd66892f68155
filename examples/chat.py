"""A chat: what one says, all the others read.

python examples/chat.py [PORT]      then, in two terminals: nc localhost 8124
"""

import sys

from nodecompat import net, run

guests = {}


def tellOthers(speaker, text):
    for guest in guests:
        if guest is not speaker:
            guest.write(text)


def onConnection(guest):
    guests[guest] = name = f"guest {guest.remotePort}"
    guest.setEncoding("utf8")
    guest.write(f"Welcome, {name}.\n")
    tellOthers(guest, f"{name} came.\n")

    guest.on("data", lambda text: tellOthers(guest, f"{name}: {text}"))
    guest.on("error", lambda error: print(name, error))

    @guest.on("close")
    def onClose():
        del guests[guest]
        tellOthers(guest, f"{name} left.\n")


server = net.createServer(onConnection)
server.listen(int(sys.argv[1]) if len(sys.argv) > 1 else 8124, lambda: print("listening on", server.address().port))
run()
