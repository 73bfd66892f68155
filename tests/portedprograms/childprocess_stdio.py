# Node: child_process, options.stdio in each of its forms, detached, argv0, env, PATH, cwd, and the shell.
import json
import os
import tempfile

from nodecompat import AbortController, AbortSignal, fs, process, run
from nodecompat.child_process import spawn
from nodecompat.url import pathToFileURL
from nodecompat.util import format


def log(*args):
    print(format(*("null" if each is None else each for each in args)), flush=True)


folder = fs.realpathSync(tempfile.mkdtemp(prefix="stdio-"))


def file(name):
    return os.path.join(folder, name)


def script(name, line):
    fs.writeFileSync(file(name), f"#!/bin/sh\n{line}\n", {"mode": 0o755})


def wrong(run):
    try:
        run()
    except Exception as err:
        log(err.name, err.code, err.message.split("\n")[0].replace(folder, ""))


def show(child, next):
    """Print what a child prints, then go on."""
    texts = []
    child.stdout.setEncoding("utf8").on("data", texts.append)
    child.on("close", lambda code, _: (log(json.dumps("".join(texts).replace(folder, "")), code), next()))


def example(next):  # the example of subprocess.stdio
    line = "echo listed; echo failed >&2"
    subprocess = spawn("sh", ["-c", line], {"stdio": [0, "pipe", fs.openSync(file("err.out"), "w")]})
    assert subprocess.stdio[0] is None
    assert subprocess.stdio[0] is subprocess.stdin
    assert subprocess.stdout
    assert subprocess.stdio[1] is subprocess.stdout
    assert subprocess.stdio[2] is None
    assert subprocess.stdio[2] is subprocess.stderr
    show(subprocess, lambda: (log(fs.readFileSync(file("err.out"), "utf8").strip()), next()))


def inherited(next):  # the child uses the parent's
    spawn("echo", ["by the child"], {"stdio": "inherit"}).on("close", lambda *_: next())


def ourErrors(next):
    show(spawn("sh", ["-c", "cat; cat >&2 </dev/null"], {"stdio": ["ignore", "pipe", process.stderr]}), next)


def extra(next):  # with an extra descriptor, as programs of the startd kind have it
    line = "cat <&4 >&4; test -e /dev/fd/3; echo $?"
    child = spawn("sh", ["-c", line], {"stdio": ["pipe", None, None, None, "pipe"]})
    log(",".join(str(each is not None).lower() for each in child.stdio))
    child.stdio[4].on("data", lambda data: log(f"from 4: {data.decode()}")).end("both ways")
    show(child, next)


def nowhere(next):  # what is ignored is the null device; beyond 2 nothing
    line = "readlink /proc/self/fd/0 /proc/self/fd/2; test -e /dev/fd/3; echo $?"
    show(spawn("sh", ["-c", line], {"stdio": ["ignore", "pipe", "ignore", "ignore"]}), next)


def fileStream(next):  # a stream must have its descriptor: a file has none before 'open'
    output = fs.createWriteStream(file("stream.log"))
    wrong(lambda: spawn("ls", {"stdio": ["ignore", output, output]}))

    def onOpen(fd):
        child = spawn("sh", ["-c", "echo one; echo two >&2"], {"stdio": ["ignore", output, output]})
        log(child.stdout, child.stderr)

        def onEnd():
            log(json.dumps(fs.readFileSync(file("stream.log"), "utf8")))
            next()

        child.on("close", lambda *_: output.end("three\n", onEnd))

    output.on("open", onOpen)


def childStream(next):  # a stream of another child
    last = spawn("tr", ["a-z", "A-Z"])
    first = spawn("sh", ["-c", "echo through"], {"stdio": ["ignore", last.stdin, "ignore"]})
    first.on("close", lambda *_: last.stdin.end())
    show(last, next)


def fileInput(next):  # input from a file; 'overlapped' is 'pipe'
    fs.writeFileSync(file("in.txt"), "b\na\n")
    fd = fs.openSync(file("in.txt"), "r")
    child = spawn("sort", {"stdio": [fd, "overlapped", "overlapped"]})
    fs.closeSync(fd)
    log(child.stdin, child.stderr is not None)
    show(child, next)


def notThere(next):  # what there is not
    for stdio in ("pipes", ["pipe", "no"], [{}], 7, ["ipc", "ipc"], [-1, "pipe", "Symbol.iterator"]):
        wrong(lambda stdio=stdio: spawn("ls", {"stdio": stdio}))
    next()


def detached(next):  # a session of its own; unrefed, with nothing of ours, it may outlive us
    out = fs.openSync(file("out.log"), "a")
    err = fs.openSync(file("out.log"), "a")
    script("prg", "echo $$; ps -o pgid= -o sid= -p $$; echo error >&2")
    subprocess = spawn(file("prg"), [], {"detached": True, "stdio": ["ignore", out, err]})
    subprocess.unref()
    subprocess.ref()

    def onExit(code):
        pid, group, session, last = fs.readFileSync(file("out.log"), "utf8").split()
        log(code, pid == f"{subprocess.pid}", group == pid, session == pid, last)
        next()

    subprocess.on("exit", onExit)


def wholeGroup(next):  # killed with its whole group
    subprocess = spawn("sh", ["-c", "sleep 60 & sleep 60 & echo ready; wait"], {"detached": True})
    subprocess.stdout.once("data", lambda data: process.kill(-subprocess.pid, "SIGHUP"))
    subprocess.on("close", lambda code, signal: (log(code, signal, subprocess.killed), next()))


def named(next):
    show(spawn("sh", ["-c", "echo $0 $1", "zero", "one"], {"argv0": "unused"}), next)


def lookedUp(next):  # it is looked up in the PATH of the child
    script("findme", "echo found $WHO")

    def onError(err):
        log(err.code)
        env = {"PATH": f"{folder}:{process.env.PATH}", "WHO": "me", "NONE": None}
        show(spawn("findme", {"env": env}), next)

    spawn("findme").on("error", onError)


def variables(next):  # without PATH: /usr/bin and /bin
    line = "echo ${A-unset} ${B-unset} ${C-unset}"
    show(spawn("sh", ["-c", line], {"env": {"A": 1, "B": None, "C": "null"}}), next)


def inFolder(next):
    show(spawn("pwd", {"cwd": pathToFileURL(folder), "env": {"PATH": process.env.PATH}}), next)


def notAProgram(next):
    fs.writeFileSync(file("not"), "x")
    child = spawn(file("not"))
    child.on("error", lambda err: (log(err.code, err.syscall.replace(folder, "")), next()))


def otherUser(next):  # another user: only root may
    isRoot = os.getuid() == 0

    def start():
        show(spawn("id", ["-u"], {"uid": 1, "gid": 1, "cwd": "/"}), next)

    if isRoot:
        return start()
    wrong(start)
    next()


def ownShell(next):  # a shell gets -c and the line
    process.on("warning", lambda warning: log(warning.name, warning.code, warning.message))
    script("shell", 'echo "$0: $# $1 $2"')
    show(spawn("some line", ["with", '"words"'], {"shell": file("shell")}), next)


def toldOnce(next):  # said once
    show(spawn("echo", ["again", "|", "cat"], {"shell": True}), next)


def theShell(next):
    show(spawn("echo $0 | sed s,.*/,,; exit 3", {"shell": True}), next)


def shellSaysSo(next):  # the shell says so, not 'error'
    show(spawn("missing_command 2>&1 | grep -c missing_command", {"shell": True}), next)


def limited(next):  # a time limit, and its signal
    child = spawn("cat", {"timeout": 20, "killSignal": "SIGQUIT"})
    child.on("close", lambda code, signal: (log(code, signal, child.killed), next()))


def aborted(next):  # aborted for a reason
    controller = AbortController()
    child = spawn("cat", {"signal": controller.signal, "killSignal": "SIGKILL"})
    child.on("error", lambda err: log(err.name, err.code, err.message, str(err.cause)))

    def onClose(code, signal):
        log(code, signal, child.killed)
        controller.abort()  # again: nothing
        next()

    child.on("close", onClose)
    controller.abort(Exception("no longer needed"))
    log(child.killed)


def abortedEarlyAndLate(next):  # aborted before it began, and after it ended
    child = spawn("cat", {"signal": AbortSignal.abort()})
    child.on("error", lambda err: log(err.name, err.cause.name, child.pid > 0))

    def onClose(code, signal):
        controller = AbortController()
        other = spawn("true", {"signal": controller.signal, "timeout": 60_000})
        other.on("error", lambda err: log("never", err.name))
        other.on("close", lambda status, _: (controller.abort(), log(signal, status), next()))

    child.on("close", onClose)


steps = [example, inherited, ourErrors, extra, nowhere, fileStream, childStream, fileInput, notThere, detached]
steps += [wholeGroup, named, lookedUp, variables, inFolder, notAProgram, otherUser, ownShell, toldOnce, theShell]
steps += [shellSaysSo, limited, aborted, abortedEarlyAndLate]


def go():
    if steps:
        steps.pop(0)(go)
    else:
        fs.rmSync(folder, recursive=True)


process.chdir(folder)
go()
run()
