"""Notes over http, as JSON: make, read, list, change and delete them.

python examples/rest_api.py [PORT]
curl -d '{"text": "buy milk"}' localhost:8080/notes
curl localhost:8080/notes/1
"""

import itertools
import json
import re
import sys

from nodecompat import http, run

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
MOST = 100_000  # bytes of a body

notes = {}
numbers = itertools.count(1)


class Refused(Exception):
    """The request is answered with a status and a reason."""

    def __init__(self, status, reason, **headers):
        super().__init__(reason)
        self.status, self.headers = status, headers


async def readNote(request):
    """The body of a request, which must be a note."""
    body = b""
    async for chunk in request:
        body += chunk
        if len(body) > MOST:
            raise Refused(413, f"at most {MOST} bytes", Connection="close")
    try:
        note = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "that is no JSON") from None
    match note:
        case {"text": str(text)} if set(note) == {"text"}:
            return {"text": text}
        case _:
            raise Refused(400, 'a note is {"text": "…"}')


async def listNotes(request):
    return 200, list(notes.values())


async def makeNote(request):
    note = await readNote(request)
    number = next(numbers)
    notes[number] = {"id": number, **note}
    return 201, notes[number]


async def readOne(request, number):
    return 200, find(number)


async def change(request, number):
    find(number)  # before the body is read, and again after it: somebody may have deleted it meanwhile
    note = await readNote(request)
    find(number).update(note)
    return 200, find(number)


async def delete(request, number):
    del notes[find(number)["id"]]
    return 204, None


def find(number):
    try:
        return notes[int(number)]
    except KeyError:
        raise Refused(404, f"there is no note {number}") from None


ROUTES = {
    r"/notes": {"GET": listNotes, "POST": makeNote},
    r"/notes/(\d{1,9})": {"GET": readOne, "PUT": change, "DELETE": delete},
}


async def route(request):
    """Status and value of the answer."""
    path = request.url.partition("?")[0]
    for pattern, methods in ROUTES.items():
        if found := re.fullmatch(pattern, path, re.ASCII):
            if request.method not in methods:
                raise Refused(405, "that cannot be done to it", Allow=", ".join(methods))
            return await methods[request.method](request, *found.groups())
    raise Refused(404, "there is nothing here")


async def onRequest(request, response):
    headers = {}
    try:
        status, value = await route(request)
    except Refused as refused:
        status, value, headers = refused.status, {"error": str(refused)}, refused.headers
    if value is not None:
        headers["Content-Type"] = "application/json"
    response.writeHead(status, headers)
    response.end(None if value is None else json.dumps(value, ensure_ascii=False) + "\n")


server = http.createServer(onRequest, requestTimeout=30_000)
server.listen(PORT, "127.0.0.1", lambda: print("listening on", server.address().port, flush=True))
run()
