"""Comparisons of `cluster`: the scenarios of Node's page, with real workers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred

from nodecompat import cluster, dgram, net
from nodecompat.events import EventEmitter, once
from nodecompat.reactor import choose
from nodecompat.reactor.loop.promised import Promised

LEFT_OUT: dict[str, str] = {}

_folder = tempfile.TemporaryDirectory(prefix="nc-")
_PROGRAM = str(Path(_folder.name, "worker.py"))
_SOURCE = """
import sys
from nodecompat import cluster, dgram, net, process

servers = []

def say(*args):
    process.send(list(args))

def onMessage(message):
    if message == "facts":
        say(cluster.isPrimary, cluster.isMaster, cluster.isWorker, cluster.worker.id, cluster.worker.process is process,
            cluster.worker.isConnected(), cluster.worker.isDead(), len(cluster.workers), process.env.NODE_UNIQUE_ID,
            process.env.EXTRA, sys.argv[1:])
    elif message == "close":
        servers.pop().close(lambda: say("closed"))
    elif message == "disconnect":
        cluster.worker.disconnect()
    elif message == "kill":
        cluster.worker.kill()
    elif message == "exit":
        process.exit(7)
    elif "listen" in message:
        server = net.createServer(lambda socket: socket.end(str(cluster.worker.id)))
        server.on("error", lambda error: say("error", error.code, error.syscall))
        def listening():
            address = server.address()
            say("port", address if isinstance(address, str) else address.port)
        servers.append(server.listen(message["listen"], listening))
    else:
        socket = dgram.createSocket("udp4")
        socket.on("message", lambda data, peer: socket.send(str(cluster.worker.id), peer.port, "127.0.0.1"))
        socket.bind(message["udp"], "127.0.0.1", lambda: say("port", socket.address().port))

process.on("message", onMessage)
"""


def needed() -> str:
    """Why it cannot be compared."""
    return "" if choose.usePoller() else "ports cannot be shared without epoll"


async def _said(worker: Any) -> Any:
    return (await once(worker, "message"))[0]


async def _asked(worker: Any, message: Any) -> Any:
    answer = once(worker, "message")
    worker.send(message)
    return (await answer)[0]


async def _started(env: Any = None) -> Any:
    worker = cluster.fork(env)
    await once(worker, "online")
    return worker


async def _fetched(where: Any) -> Any:
    promise: Deferred[Any] = Promised()
    socket = net.connect(where, "127.0.0.1") if isinstance(where, int) else net.connect(where)
    socket.setEncoding("utf8")
    socket.on("data", promise.callback)
    socket.on("error", lambda error: promise.callback(error.code))
    return await promise


def _gone(worker: Any) -> Any:
    return once(worker, "exit")


def _setUp() -> None:
    Path(_PROGRAM).write_text(_SOURCE)
    cluster.setupPrimary(exec=_PROGRAM, args=["an argument"], silent=False)


async def facts() -> Any:
    Path(_PROGRAM).write_text(_SOURCE)
    found: list[Any] = [cluster.isPrimary, cluster.isMaster, cluster.isWorker, cluster.SCHED_NONE, cluster.SCHED_RR]
    found += [cluster.schedulingPolicy, cluster.worker, cluster.workers]
    setup = once(cluster.cluster, "setup")
    cluster.setupMaster({"exec": _PROGRAM, "args": ["an argument"]})
    (settings,) = await setup
    found.append([settings["exec"] == _PROGRAM, settings["args"], settings["silent"], cluster.settings["args"]])
    worker = await _started({"EXTRA": "extra"})
    row = [isinstance(worker, cluster.Worker), worker.id > 0, cluster.workers[worker.id] is worker]
    row += [worker.exitedAfterDisconnect, worker.isConnected(), worker.isDead(), worker.process.connected]
    found += [row, [worker.listenerCount("error"), worker.listenerCount("message"), worker.state]]
    a, b, c, id, *rest = await _asked(worker, "facts")
    found.append([a, b, c, id == worker.id, *rest])
    end = _gone(worker)
    worker.kill("SIGKILL")
    found += [await end, worker.isDead(), worker.isConnected(), worker.exitedAfterDisconnect]
    return [*found, cluster.workers.get(worker.id)]


async def workersByHand() -> Any:
    found: list[Any] = []
    for options in (None, None, 5, {"id": 5, "state": "x"}, {"id": "7", "state": 0}, {"id": 2**32 + 2}):
        made: Any = cluster.Worker(options)  # type: ignore[arg-type]
        found.append([made.id, made.state, hasattr(made, "process"), made.exitedAfterDisconnect])

    def call(name: str) -> Callable[..., bool]:
        def called(first: Any, *rest: Any) -> bool:
            found.append([name, first["act"] if isinstance(first, dict) else first])
            return True

        return called

    def note(name: str) -> Callable[..., None]:
        return lambda *args: found.append([name, *args])

    child: Any = EventEmitter()
    child.connected, child.exitCode, child.signalCode = True, None, None
    child.send, child.kill = call("send"), call("kill")
    worker = cluster.Worker({"id": 2, "process": child, "state": "online"})
    worker.on("error", lambda error: found.append(["error", str(error)]))
    for name in ("message", "exit", "disconnect"):
        worker.on(name, note(name))
    child.emit("error", ValueError("bad"))
    child.emit("message", "hello", "handle")
    for name in ("exit", "disconnect", "internalMessage"):
        child.emit(name, 1, None)
    found += [child.eventNames(), worker.send("x"), worker.isConnected(), worker.isDead()]
    worker.kill("SIGUSR1")
    worker.destroy()
    found += [worker.disconnect() is worker, worker.exitedAfterDisconnect, worker.process is child, worker.state]
    return found


async def eventsOfAWorker() -> Any:
    _setUp()
    events: list[Any] = []
    names = ["fork", "online", "listening", "message", "disconnect", "exit"]

    def shown(value: Any) -> Any:
        if isinstance(value, cluster.Worker):
            return "worker"
        if isinstance(value, cluster.ListeningAddress):
            return [value.address, value.addressType, value.port > 0]
        return value[0] if isinstance(value, list) else value

    def note(name: str) -> Callable[..., None]:
        return lambda *args: events.append([name, *map(shown, args)])

    listeners = [(name, note(f"cluster {name}")) for name in names]
    for name, listener in listeners:
        cluster.on(name, listener)
    worker = cluster.fork()
    for name in names[1:]:
        worker.on(name, note(f"worker {name}"))
    await once(worker, "online")
    await _asked(worker, {"listen": {"port": 0, "host": "127.0.0.1"}})
    ends = [once(worker, "disconnect"), _gone(worker)]
    worker.disconnect()
    for each in ends:
        await each
    for name, listener in listeners:
        cluster.removeListener(name, listener)
    rest = [[each for each in events[-4:] if each[0].endswith(end)] for end in ("disconnect", "exit")]
    return [events[:-4], *rest, worker.exitedAfterDisconnect]


async def endings() -> Any:
    _setUp()
    found: list[Any] = []
    for message in ("disconnect", "kill", "exit"):
        worker = await _started()
        end = _gone(worker)
        worker.send(message)
        found.append([message, await end, worker.exitedAfterDisconnect])
    workers = [await _started()]
    ends = [_gone(each) for each in workers]
    done: Deferred[Any] = Promised()
    cluster.disconnect(lambda: done.callback(None))
    await done
    none: Deferred[Any] = Promised()
    ended = [await end for end in ends]
    cluster.disconnect(lambda: none.callback("none left"))
    return [*found, ended, [each.isConnected() for each in workers], await none]


async def sharedPorts() -> Any:
    _setUp()
    found: list[Any] = []
    workers = [await _started(), await _started()]
    local = {"port": 0, "host": "127.0.0.1"}
    ports = [(await _asked(worker, {"listen": local}))[1] for worker in workers]
    found.append(ports[0] == ports[1])
    found.append(len({await _fetched(ports[0]) for _ in range(4)}))
    second = (await _asked(workers[0], {"listen": local}))[1]
    found.append(second == ports[0])
    own = (await _asked(workers[1], {"listen": {**local, "exclusive": True}}))[1]
    found += [own == ports[0], own == second, await _fetched(own) == str(workers[1].id)]
    found += [await _asked(workers[1], "close"), await _fetched(own)]
    taken: Any = net.createServer()
    await once(taken.listen(0, "127.0.0.1"), "listening")
    found.append(await _asked(workers[0], {"listen": {"port": taken.address().port, "host": "127.0.0.1"}}))
    taken.close()
    socket = str(Path(_folder.name, "socket"))
    found.extend([(await _asked(worker, {"listen": {"path": socket}}))[1] == socket for worker in workers])
    found.append(len({await _fetched(socket) for _ in range(4)}))
    udp = [(await _asked(worker, {"udp": 0}))[1] for worker in workers]
    peer = dgram.createSocket("udp4")
    peer.send("question", udp[0], "127.0.0.1")
    answer = (await once(peer, "message"))[0].decode()
    found += [udp[0] == udp[1], answer in [str(each.id) for each in workers]]
    peer.close()
    end = _gone(workers[0])
    workers[0].destroy("SIGKILL")
    await end
    found.extend([await _fetched(ports[0]) == str(workers[1].id) for _ in range(2)])
    last = _gone(workers[1])
    workers[1].disconnect()
    await last
    return [*found, await _fetched(ports[0]), os.path.exists(socket)]
