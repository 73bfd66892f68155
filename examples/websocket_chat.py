"""A chat in the browser: what one says, all the others read. The page and the WebSocket share one port.

python examples/websocket_chat.py [PORT]      then open http://localhost:8080/ in two windows
"""

import json
import sys

from nodecompat import http, run, setInterval, websocket

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
PAGE = """<!doctype html>
<meta charset="utf-8"><title>Chat</title>
<ul id="said"></ul>
<form><input id="text" autofocus autocomplete="off" placeholder="Say something"></form>
<script>
  const chat = new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}/chat`);
  const show = (line) => said.appendChild(document.createElement('li')).textContent = line;
  chat.onmessage = ({ data }) => { const { from, text } = JSON.parse(data); show(`${from}: ${text}`); };
  chat.onclose = ({ code }) => show(`closed (${code})`);
  document.forms[0].onsubmit = (event) => { event.preventDefault(); chat.send(text.value); text.value = ''; };
</script>
"""


def onRequest(req, res):
    if req.url != "/":
        res.writeHead(404).end()
        return
    res.setHeader("content-type", "text/html; charset=utf-8")
    res.end(PAGE)


def onConnection(guest, req):
    guest.name = f"guest {req.socket.remotePort}"
    guest.isThere = True
    tellAll("server", f"{guest.name} came")

    @guest.on("message")
    def onMessage(data, isBinary):
        if isBinary:
            guest.close(1003, "texts only")
        else:
            tellAll(guest.name, data.decode())

    @guest.on("pong")
    def onPong():
        guest.isThere = True

    guest.on("error", lambda error: print(guest.name, error))
    guest.on("close", lambda: tellAll("server", f"{guest.name} left"))


def tellAll(name, text):
    line = json.dumps({"from": name, "text": text})
    for guest in chat.clients:
        # Who reads too slowly misses a line: what waits for it must not grow without end.
        if guest.bufferedAmount < 1_000_000:
            guest.send(line)


def lookWhoIsThere():
    for guest in list(chat.clients):
        if guest.isThere:
            guest.isThere = False
            guest.ping()
        else:
            guest.terminate()


server = http.createServer(onRequest)
chat = websocket.WebSocketServer(server=server, path="/chat", maxPayload=10_000)
chat.on("connection", onConnection)
setInterval(lookWhoIsThere, 30_000)
server.listen(PORT, lambda: print("listening on", server.address().port, flush=True))
run()
