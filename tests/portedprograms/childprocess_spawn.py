# Node: child_process, the examples of spawn(): listing, a pipe between two, a command that is not there, files, argv0.
import os
import sys
import tempfile
from pathlib import Path

from nodecompat import AbortController, fs, process, run
from nodecompat.child_process import spawn
from nodecompat.util import format


def log(*args):
    print(format(*args))


folder = tempfile.mkdtemp(prefix="spawn-")
Path(folder, "a.txt").write_text("ssh one\nother\nssh two\n")


def listing(next):
    ls = spawn("ls", ["-1", folder])
    ls.stdout.on("data", lambda data: print(f"stdout: {data.decode()}".strip()))
    ls.stderr.on("data", lambda data: print(f"stderr: {data.decode()}", file=sys.stderr))
    exitCodes = []  # 'exit' may come before the last of the output
    ls.on(
        "close", lambda code: (print(f"child process close all stdio with code {code}, after {exitCodes[0]}"), next())
    )
    ls.on("exit", exitCodes.append)


def piping(next):
    cat = spawn("cat", [os.path.join(folder, "a.txt")])
    grep = spawn("grep", ["ssh"])
    cat.stdout.on("data", lambda data: grep.stdin.write(data))
    cat.on("close", lambda code: (print("cat", code), grep.stdin.end()))
    grep.stdout.on("data", lambda data: print(data.decode().strip()))
    grep.on("close", lambda code: (print("grep", code), next()))


def failing(next):
    subprocess = spawn("bad_command")
    log(subprocess.pid)

    def onError(err):
        print("Failed to start subprocess.", file=sys.stderr)
        log(err.code, err.syscall, err.path, err.spawnargs)
        next()

    subprocess.on("error", onError)


def logging(next):
    out = fs.openSync(os.path.join(folder, "out.log"), "a")
    err = fs.openSync(os.path.join(folder, "out.log"), "a")
    subprocess = spawn("sh", ["-c", "echo out; echo err >&2"], {"detached": True, "stdio": ["ignore", out, err]})
    print(subprocess.stdin is None, subprocess.stdout is None, len(subprocess.stdio))

    def onClose():
        log(sorted(fs.readFileSync(os.path.join(folder, "out.log"), "utf8").split("\n")))
        next()

    subprocess.on("close", onClose)


def sharing(next):
    subprocess = spawn("ls", {"stdio": [0, 1, 2]})
    assert subprocess.stdin is None
    other = spawn("ls", [folder], {"stdio": ["ignore", "pipe", "ignore", "pipe"]})
    same = other.stdio[1] is other.stdout
    log(other.stdio[0] is None, same, other.stdio[2] is None, len(other.stdio), other.spawnfile, len(other.spawnargs))
    other.stdout.resume()
    other.stdio[3].resume()
    other.on("close", lambda *_: next())


def naming(next):
    subprocess = spawn("sh", ["-c", "echo $0"], {"argv0": "another"})
    subprocess.stdout.on("data", lambda data: print(data.decode().strip()))
    subprocess.on("close", lambda *_: next())


def killing(next):
    grep = spawn("grep", ["ssh"])

    def onClose(code, signal):
        log(f"child process terminated due to receipt of signal {signal}", code is None, grep.killed, grep.signalCode)
        next()

    grep.on("close", onClose)
    log(grep.kill("SIGHUP"), grep.killed)


def aborting(next):
    controller = AbortController()
    grep = spawn("grep", ["ssh"], {"signal": controller.signal})
    grep.on("error", lambda err: print(err.name, err.code))
    grep.on("close", lambda code, signal: (log(code is None, signal), next()))
    controller.abort()


steps = [listing, piping, failing, logging, sharing, naming, killing, aborting]


def go():
    if steps:
        steps.pop(0)(go)
    else:
        fs.rmSync(folder, recursive=True)


process.chdir(tempfile.mkdtemp(prefix="empty-"))
go()
run()
