"""A WebSocket server on nodecompat: echoes, or with "broadcast" sends each message to all."""

import sys

from nodecompat import run, websocket

server = websocket.WebSocketServer(port=0, host="127.0.0.1", backlog=2048)


def echo(ws):
    ws.on("message", lambda data, isBinary: ws.send(data, {"binary": isBinary}))


def broadcast(ws):
    def onMessage(data, isBinary):
        for client in server.clients:
            client.send(data, {"binary": isBinary})

    ws.on("message", onMessage)


server.on("connection", broadcast if "broadcast" in sys.argv else echo)
server.on("listening", lambda: print(server.address().port, flush=True))
run()
