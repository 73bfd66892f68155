"""Comparisons of `child_process`: the scenarios of Node's page, with real processes."""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred

from nodecompat import child_process as cp
from nodecompat import dgram, net, process, setImmediate
from nodecompat.abort import AbortController
from nodecompat.errors import NodeError
from nodecompat.events import once
from nodecompat.reactor import choose
from nodecompat.reactor.loop.promised import Promised
from nodecompat.util import promisify

LEFT_OUT: dict[str, str] = {}
#: The types write one record in several ways.
CLASSES = {
    "ChildProcessByStdio": "ChildProcess",
    "ChildProcessWithoutNullStreams": "ChildProcess",
    "CommonExecOptions": "ExecFileSyncOptions",
    "Control": "messages.Control",
    "ExecFileOptionsWithBufferEncoding": "ExecFileOptions",
    "ExecFileOptionsWithStringEncoding": "ExecFileOptions",
    "ExecFileSyncOptionsWithBufferEncoding": "ExecFileSyncOptions",
    "ExecFileSyncOptionsWithStringEncoding": "ExecFileSyncOptions",
    "ExecOptionsWithBufferEncoding": "ExecOptions",
    "ExecOptionsWithStringEncoding": "ExecOptions",
    "ExecSyncOptionsWithBufferEncoding": "ExecSyncOptions",
    "ExecSyncOptionsWithStringEncoding": "ExecSyncOptions",
    "ExecException": "spawning.ExecException",
    "PromiseWithChild": "spawning.PromiseWithChild",
    "SpawnOptionsWithStdioTuple": "SpawnOptions",
    "SpawnOptionsWithoutStdio": "SpawnOptions",
    "SpawnSyncOptionsWithBufferEncoding": "SpawnSyncOptions",
    "SpawnSyncOptionsWithStringEncoding": "SpawnSyncOptions",
    "SpawnSyncReturns": "synchronous.SpawnSyncReturns",
}


def needed() -> str:
    """Why it cannot be compared."""
    return "" if choose.usePoller() else "sockets cannot be sent to a process without epoll"


def _each(functions: Iterable[Callable[[], Any]]) -> list[Any]:
    found: list[Any] = []
    for run in functions:
        try:
            found.append(run())
        except NodeError as error:
            found.append([error.name, error.code, error.message])
    return found


def _waiting() -> tuple[Any, Callable[..., None]]:
    promise: Deferred[Any] = Promised()
    return promise, lambda *args: None if promise.called else promise.callback(list(args))


def _closed(child: Any) -> Any:
    promise, settle = _waiting()
    child.on("close", lambda code, signal: settle(code, signal))
    return promise


def _text(stream: Any) -> Any:
    """What a stream of a child carries, as a text."""
    promise: Deferred[Any] = Promised()
    chunks: list[str] = []
    stream.setEncoding("utf8").on("data", chunks.append).on("end", lambda: promise.callback("".join(chunks)))
    return promise


async def _output(*args: Any) -> Any:
    child = cp.spawn(*args)
    end = _closed(child)
    out = _text(child.stdout)
    return [await out, *await end]


async def _told(run: Callable[[Any], Any]) -> Any:
    promise, settle = _waiting()
    run(settle)
    error, stdout, stderr = await promise
    shown = error and [
        error.name,
        error.message,
        error.code,
        getattr(error, "killed", None),
        getattr(error, "signal", None),
        error.cmd,
    ]
    return [shown, stdout, stderr]


def _facts(found: Any) -> list[Any]:
    error = found.error
    return [
        error and [error.code, error.syscall, error.path, error.spawnargs],
        found["status"],
        found["signal"],
        found["output"],
        found["pid"] > 0,
        found["stdout"],
        found["stderr"],
    ]


def _failed(run: Callable[[], Any]) -> Any:
    try:
        return run()
    except NodeError as caught:
        error: Any = caught
        return [error.message, error.code, error.status, error.signal, error.stdout, error.stderr, error.pid > 0]


_folder = tempfile.TemporaryDirectory(prefix="nc-")


def _program(source: str) -> str:
    file = Path(_folder.name, f"p{random.random()}.py")
    file.write_text(source)
    return str(file)


_ECHO = """
from nodecompat import process

def onMessage(message, handle=None):
    if message == "end":
        process.disconnect()
    elif message == "socket":
        handle.end("from the child")
    elif message == "server":
        handle.on("connection", lambda socket: (socket.end("served"), handle.close()))
        process.send("listening")
    elif message == "udp":
        def answer(data, peer):
            handle.send("answer", peer.port, "127.0.0.1", lambda error=None: handle.close())
        handle.once("message", answer)
        process.send("bound")
    else:
        sees = ["function" if callable(process.channel.ref) else "", process.env.NODE_CHANNEL_FD]
        process.send({"message": message, "connected": process.connected, "sees": sees})

process.on("message", onMessage)
"""


async def _message(child: Any) -> Any:
    return (await once(child, "message"))[0]


async def _received(port: int) -> Any:
    return await _text(net.connect(port, "127.0.0.1"))


def wrongArguments() -> Any:
    s: Any = cp.spawn
    return _each(
        [
            lambda: s(None),
            lambda: s(""),
            lambda: s("a\0"),
            lambda: s("a", "b"),
            lambda: s("a", ["\0"]),
            lambda: s("a", [], 5),
            lambda: s("a", {"cwd": 5}),
            lambda: s("a", {"uid": "a"}),
            lambda: s("a", {"gid": 1.5}),
            lambda: s("a", {"detached": 1}),
            lambda: s("a", {"shell": 5}),
            lambda: s("a", {"argv0": 5}),
            lambda: s("a", {"windowsHide": 5}),
            lambda: s("a", {"windowsVerbatimArguments": 5}),
            lambda: s("a", {"timeout": -1}),
            lambda: s("a", {"killSignal": "SIGNOT"}),
            lambda: s("a", {"killSignal": {}}),
            lambda: s("a", {"signal": 5}),
            lambda: s("a", {"env": {"A": "b\0"}}),
            lambda: s("a", {"stdio": "x"}),
            lambda: s("a", {"stdio": 5}),
            lambda: s("a", {"stdio": [{}]}),
            lambda: s("a", {"stdio": ["x"]}),
            lambda: s("a", {"stdio": [None, None, None, "ipc", "ipc"]}),
            lambda: cp.exec("a", {"maxBuffer": -1}),
            lambda: cp.exec("a", {"timeout": "a"}),
            lambda: cp.execFile("a", 5),
            lambda: cp.execFile("a", [], {}, 5),
            lambda: cp.fork("a", {"stdio": ["pipe"]}),
            lambda: cp.fork("a", {"stdio": "x"}),
            lambda: cp.fork("a", 5),
            lambda: cp.fork(5),
            lambda: cp.fork("a", {"execPath": 5}),
            lambda: cp.spawnSync("a", {"stdio": [None, None, None, "ipc"]}),
            lambda: cp.spawnSync("cat", {"input": 5}),
            lambda: cp.spawnSync("a", {"timeout": -1}),
            lambda: cp.spawnSync("a", {"maxBuffer": -1}),
            lambda: cp.execSync(""),
            lambda: cp.execFileSync(""),
        ]
    )


def _follow(child: Any, names: Iterable[str]) -> list[Any]:
    events: list[Any] = []
    for name in names:
        child.on(name, lambda *args, name=name: events.append([name, *args]))
    return events


async def aProcessThatEnds() -> Any:
    child: Any = cp.spawn("cat", ["-"])
    found: list[Any] = [
        isinstance(child, cp.ChildProcess),
        child.spawnfile,
        child.spawnargs,
        child.pid > 0,
        child.exitCode,
        child.signalCode,
    ]
    found += [child.killed, child.connected, child.channel, len(child.stdio)]
    found += [child.stdio[0] is child.stdin, child.stdio[1] is child.stdout, child.stdio[2] is child.stderr]
    found.append([child.stdin.readable, child.stdin.writable, child.stdout.readable, child.stdout.writable])
    events = _follow(child, ("spawn", "exit", "close", "error"))
    out = _text(child.stdout)
    child.stdin.end("hello")
    found.append(await out)
    if not any(name == "close" for name, *_ in events):
        await once(child, "close")
    return [found, events, child.exitCode, child.signalCode, child.kill(), child.stdin.destroyed]


async def streams() -> Any:
    found = [await _output("sh", ["-c", "echo out; echo err >&2; exit 3"], {"stdio": ["ignore", "pipe", "ignore"]})]
    try:
        options = {"stdio": ["ignore", "ignore", "pipe"], "env": process.env}
        found.append(await _output("sh", ["-c", "echo out >&2"], options))
    except AttributeError:
        found.append("no stdout")  # type: ignore[arg-type]
    stdio = ["overlapped", "inherit", "inherit", "pipe", "pipe", "pipe"]
    child: Any = cp.spawn("sh", ["-c", "echo four >&4; cat <&3 >&4; echo five >&5"], {"stdio": stdio})
    child.stdio[3].end("three")
    four, five = _text(child.stdio[4]), _text(child.stdio[5])
    are = [stream is not None for stream in child.stdio]
    found.append([child.stdin is not None, child.stdout, child.stderr, are, await four, await five])
    file = Path(_folder.name, "out")
    with file.open("w") as out:
        where = {"stdio": ["ignore", out.fileno(), out.fileno()]}
        end = await _closed(cp.spawn("sh", ["-c", "echo to a file; echo both >&2"], where))
    found.append([end, file.read_text()])
    return found


async def environment() -> Any:
    path = process.env.PATH
    return [
        await _output("sh", ["-c", "pwd; echo $A$B"], {"cwd": "/", "env": {"A": "a", "B": None, "PATH": path}}),
        await _output("sh", ["-c", "echo $0"], {"argv0": "another"}),
        await _output("echo $A | tr a b", {"shell": True, "env": {"A": "a", "PATH": path}}),
        await _output("echo $0", {"shell": "/bin/bash"}),
        await _output(
            "sh",
            ["-c", "test $(ps -o sid= -p $$) -eq $$ && echo leader"],
            {"detached": True, "uid": os.getuid(), "gid": os.getgid()},
        ),
    ]


async def whatCannotBeStarted() -> Any:
    child = cp.spawn("/nonexistent/program", ["a"])
    events = _follow(child, ("spawn", "exit", "close", "error"))
    found = [child.pid, child.exitCode, child.stdin is not None, child.kill()]
    (error,) = await once(child, "error")
    await once(child, "close")
    lost = await once(cp.spawn("cat", {"cwd": "/nonexistent"}), "error")
    refused = await once(cp.spawn("/"), "error")
    return [found, events, error.code, error.syscall, error.path, error.spawnargs, child.exitCode, lost, refused]


async def signals() -> Any:
    found: list[Any] = []
    for signal in (None, "SIGKILL", 2, "SIGHUP"):
        child = cp.spawn("sleep", ["60"])
        await once(child, "spawn")
        row = [child.kill(0), child.killed, child.kill(signal), child.killed, await _closed(child)]
        found.append([*row, child.signalCode, child.exitCode, child.kill()])
    child = cp.spawn("sleep", ["60"])
    found += [_each([lambda: child.kill("SIGNOT"), lambda: child.kill("sigterm")]), await _closed(child)]
    with cp.spawn("sleep", ["60"]) as killed:
        end = _closed(killed)
    return [*found, await end]


async def timeouts() -> Any:
    return [
        await _closed(cp.spawn("sleep", ["60"], {"timeout": 20})),
        await _closed(cp.spawn("sleep", ["60"], {"timeout": 20, "killSignal": "SIGKILL"})),
        await _told(lambda done: cp.execFile("sleep", ["60"], {"timeout": 20, "killSignal": "SIGINT"}, done)),
    ]


async def aborting() -> Any:
    found: list[Any] = []
    for early in (True, False):
        controller = AbortController()
        if early:
            controller.abort(ValueError("because"))
        child = cp.spawn("sleep", ["60"], {"signal": controller.signal, "killSignal": "SIGHUP"})
        failure = once(child, "error")
        if not early:
            controller.abort()
        (error,) = await failure
        cause = str(error.cause) if early else error.cause.name
        found.append([error.name, error.code, error.message, cause, await _closed(child)])
    controller = AbortController()
    run = _told(lambda done: cp.exec("sleep 60", {"signal": controller.signal}, done))
    setImmediate(controller.abort)
    return [*found, await run]


async def exec() -> Any:
    e, f = cp.exec, cp.execFile
    return [
        await _told(lambda done: e("echo out; echo err >&2", done)),
        await _told(lambda done: e("exit 3", done)),
        await _told(lambda done: e("echo bad >&2; exit 4", {}, done)),
        await _told(lambda done: e("kill -9 $$", {"shell": "/bin/sh"}, done)),
        await _told(lambda done: e("echo é", {"encoding": "latin1"}, done)),
        await _told(lambda done: e("echo é", {"encoding": "buffer"}, done)),
        await _told(lambda done: e("echo 1234567890", {"maxBuffer": 5}, done)),
        await _told(lambda done: e("echo 1234567890 >&2", {"maxBuffer": 5}, done)),
        await _told(lambda done: e("pwd", {"cwd": "/", "windowsHide": True}, done)),
        await _told(lambda done: f("echo", ["a", "b"], done)),
        await _told(lambda done: f("echo", done)),
        await _told(lambda done: f("echo", {"shell": True}, done)),
        await _told(
            lambda done: f(
                "echo", ["x"], {"encoding": "hex", "maxBuffer": 2000, "windowsVerbatimArguments": True}, done
            )
        ),
        await _told(lambda done: f("/nonexistent", done)),
    ]


async def promises() -> Any:
    promise: Any = promisify(cp.exec)("echo out; echo err >&2")
    found = [promise.child.pid > 0, await promise]
    try:
        await promisify(cp.execFile)("sh", ["-c", "echo o; echo e >&2; exit 2"])
    except NodeError as caught:
        error: Any = caught
        found.append([error.code, error.killed, error.signal, error.cmd, error.stdout, error.stderr])
    return found


def synchronous() -> Any:
    s = cp.spawnSync
    return [
        _facts(s("sh", ["-c", "echo o; echo e >&2; exit 2"])),
        _facts(s("sh", ["-c", "kill -15 $$"])),
        _facts(s("/nonexistent", ["x"])),
        _facts(s("sleep", ["60"], {"timeout": 20})),
        _facts(s("sleep", ["60"], {"timeout": 20, "killSignal": "SIGKILL"})),
        _facts(s("cat", {"input": "text", "encoding": "utf8"})),
        _facts(s("cat", {"input": b"a" * 300000, "encoding": "latin1"}))[1:3],
        _facts(s("true", {"input": b"a" * 300000})),
        _facts(s("yes", {"maxBuffer": 5}))[:3],
        _facts(s("sh", ["-c", "echo $0"], {"stdio": ["ignore", "pipe", "ignore"], "argv0": "other"})),
        _facts(s("echo $0", {"shell": True, "cwd": "/", "stdio": ["pipe", "pipe", "inherit"]})),
        cp.execSync("echo out", {"encoding": "utf8"}),
        cp.execSync("cat", {"input": "in"}),
        cp.execFileSync("echo", ["a"], {"encoding": "utf8", "shell": False}),
        cp.execFileSync("echo"),
        _failed(lambda: cp.execSync("echo o; echo bad >&2; exit 4", {"stdio": "pipe", "shell": "/bin/sh"})),
        _failed(lambda: cp.execSync("sleep 60", {"timeout": 20, "killSignal": "SIGKILL", "stdio": "ignore"})),
        _failed(lambda: cp.execFileSync("sh", ["-c", "exit 5"])),
        _failed(lambda: cp.execFileSync("/nonexistent")),
        _failed(lambda: cp.execFileSync("yes", {"maxBuffer": 4, "killSignal": "SIGHUP"}))[:4],
    ]


def _closedName() -> Any:
    def closed() -> None:
        pass

    return closed


async def messages() -> Any:
    closed = _closedName()
    options = {"execArgv": [], "silent": True, "serialization": "json"}
    options |= {"detached": False, "windowsVerbatimArguments": False}
    child: Any = cp.fork(_program(_ECHO), ["argument"], options)
    events = _follow(child, ("spawn", "exit", "close", "disconnect"))
    found: list[Any] = [child.connected, child.channel is not None, len(child.stdio), child.stdin is not None]
    child.channel.unref()
    child.channel.ref()
    for value in (1, "text", True, None, [1, {"a": None}], {"a": {"b": "é\n"}}):
        found.append([child.send(value), await _message(child)])  # noqa: PERF401
    promise, settle = _waiting()
    child.send("sent", settle)
    found += [(await promise)[0], await _message(child)]
    found.append(
        _each(
            [
                lambda: child.send(),
                lambda: child.send(closed),
                lambda: child.send("a", {}),
                lambda: child.send("a", None, 5),
            ]
        )
    )
    end = _closed(child)
    child.send("end")
    found.append(await end)
    late = child.send("late", lambda error: found.append([error.code, error.message]))
    found += [child.connected, child.channel, late]
    child.once("error", lambda error: found.append([error.code, error.message]))
    child.disconnect()
    child.unref()
    child.ref()
    promise, settle = _waiting()
    setImmediate(settle)
    await promise
    rest = [each for each in events if each[0] != "disconnect"]
    return [found, rest, len(rest) < len(events)]


async def theParentHangsUp() -> Any:
    source = """
from nodecompat import process
shown = lambda: print("alone", str(process.connected).lower(), "null" if process.channel is None else "there")
process.on("disconnect", shown)
"""
    child = cp.fork(_program(source), {"silent": True, "execPath": sys.executable})
    out = _text(child.stdout)
    await once(child, "spawn")
    child.disconnect()
    return [child.connected, await out]


async def socketsAndServers() -> Any:
    child = cp.fork(_program(_ECHO))
    found: list[Any] = []
    server = net.createServer({"pauseOnConnect": True})
    await once(server.listen(0, "127.0.0.1"), "listening")
    port = server.address().port  # type: ignore[union-attr]
    for keepOpen in (False, True):
        got = _text(net.connect(port, "127.0.0.1"))
        (socket,) = await once(server, "connection")
        child.send("socket", socket, {"keepOpen": keepOpen})
        found += [await got, socket.destroyed]
        socket.destroy()
    child.send("server", server)
    found.append(await _message(child))
    server.close()
    found.append(await _received(port))
    udp = dgram.createSocket("udp4")
    promise, settle = _waiting()
    udp.bind(0, "127.0.0.1", settle)
    await promise
    child.send("udp", udp)
    found.append(await _message(child))
    bound = udp.address().port
    udp.close()
    peer = dgram.createSocket("udp4")
    peer.send("question", bound, "127.0.0.1")
    found.append((await once(peer, "message"))[0].decode())
    peer.close()
    end = _closed(child)
    child.send("end")
    return [*found, await end]
