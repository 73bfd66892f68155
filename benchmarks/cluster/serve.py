"""The server: `serve.py WORKERS WAY MILLISECONDS`. Prints its port, at the end of its input what each worker did."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from nodecompat import cluster, http, process, run

workers, way, milliseconds = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
SECONDS = milliseconds / 1000


def primary() -> None:
    cluster.schedulingPolicy = cluster.SCHED_RR if way == "rr" else cluster.SCHED_NONE
    ports: list[int] = []
    reports: list[Any] = []
    waiting = iter(range(workers))

    def forkNext() -> None:
        if next(waiting, None) is not None:
            # Port 0 is one port for all workers, but for those that do not ask the primary.
            cluster.fork({"BENCH_PORT": ports[0] if ports and way == "reuseport" else 0})

    def listening(worker: Any, address: Any) -> None:
        ports.append(address["port"])
        if len(ports) == workers:
            print(json.dumps({"port": ports[0], "pids": [each.process.pid for each in cluster.workers.values()]}))
            sys.stdout.flush()
        else:
            forkNext()

    def message(worker: Any, count: Any) -> None:
        if isinstance(count, dict):
            listening(worker, count)
            return
        reports.append(count)
        if len(reports) == workers:
            print(json.dumps(reports), flush=True)
            process.exit(0)

    def asked() -> None:
        for each in cluster.workers.values():
            each.send("count")

    cluster.on("listening", listening)
    cluster.on("message", message)
    process.stdin.on("end", asked).resume()
    forkNext()


def worker() -> None:
    count = 0

    def onRequest(req: Any, res: Any) -> None:
        nonlocal count
        count += 1
        end = time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            pass
        res.end("hello")

    process.on("message", lambda message: process.send(count))
    options: dict[str, Any] = {"port": int(process.env["BENCH_PORT"]), "host": "127.0.0.1"}
    if way == "reuseport":
        options["reusePort"] = True
    server = http.createServer(onRequest).listen(options)
    if way == "reuseport":  # not the primary's port: it is told by hand
        server.on("listening", lambda: process.send({"port": server.address().port}))


primary() if cluster.isPrimary else worker()
run()
