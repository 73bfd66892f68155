# Node: child_process, the events of a ChildProcess and their order, what its properties say at each, kill(), ref().
import json
import math

from nodecompat import process, run
from nodecompat.child_process import spawn
from nodecompat.util import convertProcessSignalToExitCode, format

NAMES = ["spawn", "error", "exit", "close"]


def log(*args):
    print(format(*("null" if each is None else each for each in args)))


def dumps(value):
    return json.dumps(value, separators=(",", ":"))


def follow(child, next):
    """Follow a child; `next` is called after its 'close'."""
    seen = []

    def taking(name):
        def take(*args):
            told = [args[0].code, args[0].message] if name == "error" else args
            seen.append([name, *told, child.exitCode, child.signalCode])

        return take

    for name in NAMES:
        child.on(name, taking(name))
    child.on("close", lambda *_: (print(dumps(seen)), next()))
    return seen


def ordered(next):  # 'spawn' comes before all others and before any data
    child = spawn("sh", ["-c", "echo one; exit 3"])
    seen = follow(child, next)
    log(child.pid > 0, child.exitCode, child.signalCode, child.killed, child.connected)
    child.stdout.once("data", lambda data: log("data after", seen[0][0]))


def shellFails(next):  # spawns; that bash does not find it is its own affair
    follow(spawn("bash", ["-c", "some-command-that-is-missing 2>/dev/null"]), next)


def notStarted(next):  # one that cannot be started has no pid
    child = spawn("bad_command", ["a"])
    follow(child, next)
    log(child.pid, child.exitCode, child.stdin is child.stdio[0], len(child.stdio), child.kill(), child.killed)
    child.on("error", lambda err: log(abs(err.errno), err.code, err.syscall, err.path, dumps(err.spawnargs), err.name))


def noFolder(next):
    follow(spawn("ls", {"cwd": "/no/such/folder"}), next)


def withoutPipes(next):
    child = spawn("sh", ["-c", "exit 1"], {"stdio": "ignore"})
    follow(child, next)
    log(child.stdin, child.stdout, child.stderr, dumps(child.stdio))


def sharedPipes(next):  # processes may share the pipes: 'close' waits for the last, 'exit' does not
    child = spawn("sh", ["-c", "cat <&3 & exit 4"], {"stdio": ["ignore", "pipe", "ignore", "pipe"]})
    seen = follow(child, next)
    child.stdout.on("data", lambda data: log(f"after {seen[-1][0]}: {data.decode()}"))
    child.on("exit", lambda *_: child.stdio[3].end("from the other process"))


def caught(next):  # a signal may be caught: `killed` says that it was sent, no more
    child = spawn("sh", ["-c", 'trap "echo caught; exit 7" TERM; echo ready; read line'])
    follow(child, next)

    def onReady(data):
        log(child.kill(0), child.killed, child.kill(), child.killed, child.exitCode, child.signalCode)

        def onCaught(data):
            log(data.decode().strip(), child.exitCode is None)
            child.stdin.end()

        child.stdout.once("data", onCaught)

    child.stdout.once("data", onReady)


def grandchild(next):  # a child of the child lives on
    child = spawn("sh", ["-c", "sleep 60 & echo $!; wait"], {"stdio": ["ignore", "pipe", "ignore"]})
    follow(child, next)

    def onNumber(data):
        child.kill("SIGKILL")
        child.on("exit", lambda *_: (log(process.kill(int(data), 0)), process.kill(int(data))))

    child.stdout.once("data", onNumber)


def wrongSignals(next):  # numbers, and what is no signal
    child = spawn("cat")
    follow(child, next)
    for wrong in ("SIGWRONG", 1000, {}):
        try:
            child.kill(wrong)
        except Exception as err:
            log(err.name, err.code)
    log(child.killed, child.kill(1), convertProcessSignalToExitCode("SIGHUP"))
    child.on("exit", lambda *_: log(child.kill(), child.kill(0), child.killed))


def notRead(next):  # what is written to a child that does not read
    child = spawn("true")
    follow(child, next)
    child.stdin.on("error", lambda err: log(err.code in ("EPIPE", "ECONNRESET")))
    child.on("exit", lambda *_: log(child.stdin.destroyed, child.stdin.writable))


def bareChannel(next):  # the channel needs no Node at the other end
    line = 'echo "{\\"a\\":[1]}" >&3; read line <&3; echo "$line"; read line <&3; echo $?'
    child = spawn("sh", ["-c", line], {"stdio": ["ignore", "pipe", "ignore", "ipc"]})
    child.stdout.on("data", lambda data: log(data.decode().strip()))

    def onMessage(m, handle):
        log(dumps(m), handle, child.connected)
        child.send({"foo": "bar", "baz": math.nan}, lambda error: log("sent", error))
        child.stdout.once("data", lambda data: (child.disconnect(), log(child.connected, child.channel)))

    child.on("message", onMessage)
    child.on("disconnect", lambda: log("disconnect", child.connected))
    child.stdout.on("end", lambda: log("end of the output"))
    child.stdout.on("close", lambda *_: next())  # after disconnect() Node emits no 'close' of the child


def refed(next):  # unrefed, it does not hold the program; refed, it does again
    child = spawn("cat", {"stdio": ["pipe", "ignore", "ignore"]})
    child.unref()
    child.ref()
    follow(child, next)
    child.stdin.end()


steps = [ordered, shellFails, notStarted, noFolder, withoutPipes, sharedPipes]
steps += [caught, grandchild, wrongSignals, notRead, bareChannel, refed]


def go():
    if steps:
        steps.pop(0)(go)
    else:
        log("end")


go()
run()
