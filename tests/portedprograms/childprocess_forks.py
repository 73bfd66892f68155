# Node: child_process, the options of fork(), and how a child ends.
import json
import os
import sys

from nodecompat import AbortController, process, run, setImmediate, setTimeout
from nodecompat.child_process import fork
from nodecompat.url import URL, pathToFileURL
from nodecompat.util import format


def log(*args):
    print(format(*("null" if each is None else each for each in args)), flush=True)


def dumps(value):
    return json.dumps(value, separators=(",", ":"))


role = process.argv[2] if len(process.argv) > 2 else None


def showOptions(data):
    name = os.path.splitext(os.path.basename(process.argv[1]))[0]
    env = process.env
    log(",".join(process.argv[2:]), process.cwd(), env.COLOUR, env.get("HOME"), name, process.connected)
    print(data, file=sys.stderr)
    process.exitCode = 5


def theSignal(next):  # the example of `signal`
    controller = AbortController()
    child = fork(__file__, ["child"], {"signal": controller.signal})
    child.on("error", lambda err: log(err.name, err.code))
    child.on("disconnect", lambda: log("disconnect"))
    child.on("close", lambda code, signal: (log(code, signal, child.killed, child.connected), next()))
    controller.abort()  # Stops the child process


def limited(next):
    child = fork(__file__, ["child"], {"timeout": 10, "killSignal": "SIGKILL"})
    child.on("close", lambda code, signal: (log(code, signal), next()))


def byUrl(next):  # by its URL, with pipes, in another folder and environment; `shell` is ignored
    env = {"PATH": process.env.PATH, "PYTHONPATH": process.env.PYTHONPATH, "COLOUR": "blue", "NONE": None}
    options = {"silent": True, "cwd": "/", "env": env, "shell": True}
    child = fork(pathToFileURL(__file__), ["options", "a b", "$COLOUR"], options)
    log(len(child.stdio), child.stdio[3], "$COLOUR" in child.spawnargs, child.spawnargs[0] == process.execPath)
    texts = ["", ""]

    def taking(place):
        def take(data):
            texts[place] += data.decode()

        return take

    child.stdout.on("data", taking(0))
    child.stderr.on("data", taking(1))
    child.on("close", lambda code, _: (log(dumps(texts), code), next()))
    child.stdin.end("through its input")


def channelAnywhere(next):  # `stdio` overrides `silent`; the channel may be anywhere
    child = fork(__file__, ["last"], {"silent": True, "stdio": ["ignore", "ignore", "ignore", "pipe", "ipc"]})
    log(child.stdin, child.stdout, ",".join(str(each is not None).lower() for each in child.stdio))
    child.on("message", lambda m: log(m))
    child.on("close", lambda code, _: (log(code), next()))
    child.stdio[3].resume()
    child.send("go")


def signals(next):  # signals end it, as they end any process
    left = ["SIGINT", "SIGTERM", "SIGHUP"]

    def start(signal):
        child = fork(__file__, ["ready"], {"stdio": ["ignore", "ignore", "ignore", "ipc"]})
        child.on("message", lambda *_: child.kill(signal))

        def onClose(code, name):
            log(code, name == signal, child.exitCode, child.signalCode == signal, child.connected)
            left.remove(signal)
            if not left:
                next()

        child.on("close", onClose)

    for signal in left:
        start(signal)


def noProgram(next):  # a program that is not there is the interpreter's affair
    child = fork(os.path.join(os.path.dirname(__file__), "no_such_program"), {"stdio": "ignore"})
    child.on("error", lambda err: log("never"))
    child.on("close", lambda code, signal: (log(code > 0, signal), next()))


def noInterpreter(next):  # an interpreter that is not there is ours
    child = fork(__file__, {"execPath": "/no/such/node"})
    log(child.pid, child.spawnfile)
    child.on("error", lambda err: (log(err.code, err.path), next()))


def otherInterpreter(next):  # another interpreter, with its own arguments in front, and the channel by NODE_CHANNEL_FD
    told = '"{\\"fd\\":$NODE_CHANNEL_FD,\\"mode\\":\\"$NODE_CHANNEL_SERIALIZATION_MODE\\",\\"argv\\":\\"$0 $1\\"}"'
    arguments = ["-c", f"echo {told} >&$NODE_CHANNEL_FD"]
    child = fork("program", ["x"], {"execPath": "/bin/sh", "execArgv": arguments, "silent": True})
    log(child.spawnfile)
    child.on("message", lambda m: log(dumps(m)))
    child.on("close", lambda code, _: (log(code), next()))


def wrongUses(next):
    for options in (
        {"stdio": [0, 1, 2]},
        {"stdio": ["ipc", "ipc"]},
        {"stdio": "no"},
        {"execPath": 5},
        {"serialization": "own"},
        {"timeout": -1},
        {"killSignal": "NONE"},
        {"signal": {}},
        {"detached": "yes"},
        {"cwd": 5},
    ):
        try:
            fork(__file__, ["child"], options)
        except Exception as err:
            log(err.name, err.code, err.message.split(". The form")[0])
    for args in (["a\0b"], [5], [URL("http://a/b")], [__file__, "child"]):
        try:
            fork(*args)
        except Exception as err:
            log(err.name, err.code)
    next()


steps = [theSignal, limited, byUrl, channelAnywhere, signals, noProgram, noInterpreter, otherInterpreter, wrongUses]


def go():
    if steps:
        steps.pop(0)(go)


if role == "child":
    setTimeout(lambda: log(f"Hello from {role}!"), 60_000)
elif role == "ready":
    process.on("disconnect", lambda: None)
    setImmediate(lambda *_: process.send("ready"))
elif role == "options":
    process.stdin.setEncoding("utf8").on("data", showOptions)
elif role == "last":
    process.on("message", lambda *_: process.send("last words", lambda *_: process.exit(6)))
else:
    go()
run()
