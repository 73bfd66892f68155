"""Server-sent events: what one posts, all open pages show at once. Who reconnects gets what was missed.

python examples/server_sent_events.py [PORT]      then open http://localhost:8080/
curl -d 'the build is green' localhost:8080/news
"""

import itertools
import sys
from collections import deque

from nodecompat import http, run, setInterval

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
HEARTBEAT = 15_000  # milliseconds: proxies close what is silent for a minute
MOST_WAITING = 100_000  # bytes that a reader may lag behind
PAGE = """<!doctype html>
<meta charset="utf-8"><title>News</title>
<ul id="news" aria-live="polite"></ul>
<script>
  new EventSource('/news').onmessage = ({ data }) => {
    news.appendChild(document.createElement('li')).textContent = data;
  };
</script>
"""

numbers = itertools.count(1)
last = deque(maxlen=100)  # (number, text), for readers that come back
readers = set()


def event(number, text):
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"id: {number}\n{lines}\n"


def subscribe(request, response):
    response.writeHead(200, {"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    response.write("retry: 1000\n\n")  # milliseconds until the browser connects again
    seen = request.headers.get("last-event-id", "")
    if seen.isdecimal():
        for number, text in last:
            if number > int(seen):
                response.write(event(number, text))
    readers.add(response)
    response.on("close", lambda: readers.discard(response))


def tellAll(text):
    for reader in list(readers):
        if reader.writableLength > MOST_WAITING:
            reader.destroy()  # it does not read; when it comes back, it gets what it has missed
        else:
            reader.write(text)


async def publish(request, response):
    text = b""
    async for chunk in request:
        text += chunk
        if len(text) > 10_000:
            response.writeHead(413, {"Connection": "close"}).end()
            return
    number, line = next(numbers), text.decode(errors="replace").strip()
    last.append((number, line))
    tellAll(event(number, line))
    response.writeHead(202).end()


async def onRequest(request, response):
    match request.method, request.url:
        case "GET", "/":
            response.setHeader("Content-Type", "text/html; charset=utf-8")
            response.end(PAGE)
        case "GET", "/news":
            subscribe(request, response)
        case "POST", "/news":
            await publish(request, response)
        case _:
            response.writeHead(404).end()


server = http.createServer(onRequest)
server.listen(PORT, lambda: print("listening on", server.address().port, flush=True))
setInterval(lambda: tellAll(": still here\n\n"), HEARTBEAT).unref()
run()
