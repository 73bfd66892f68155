"""FastAPI and a TCP server of ours in one process and one loop: what comes over TCP is read over http.

pip install fastapi uvicorn
python examples/beside_fastapi.py [HTTP PORT] [TCP PORT]
echo 'living room 21.5' | nc -N localhost 8126;  curl localhost:8000/readings
"""

import sys
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI, HTTPException

from nodecompat import net, readline
from nodecompat.events import once

HTTP = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
TCP = int(sys.argv[2]) if len(sys.argv) > 2 else 8126

readings = {}


def onSensor(socket):
    lines = readline.createInterface(socket)
    lines.on("error", lambda error: print(error, file=sys.stderr, flush=True))

    @lines.on("line")
    def onLine(line):
        place, _, value = line.rpartition(" ")
        try:
            readings[place] = float(value)
        except ValueError:
            socket.end("ERROR a line is: PLACE NUMBER\n")


@asynccontextmanager
async def lifespan(app):
    # uvicorn's loop is running: our server is one more guest of it.
    async with net.createServer(onSensor) as sensors:
        sensors.listen(TCP, "127.0.0.1")
        await once(sensors, "listening")
        print("listening on", sensors.address().port, flush=True)
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/readings")
async def all() -> dict[str, float]:
    return readings


@app.get("/readings/{place}")
async def one(place: str) -> float:
    if place not in readings:
        raise HTTPException(404, f"there is no sensor in {place}")
    return readings[place]


uvicorn.run(app, host="127.0.0.1", port=HTTP, log_level="warning")
