# Node: child_process, options.detached, unref(), and what still holds the parent: a pipe, a channel.
import os
import tempfile

from nodecompat import fs, process, run
from nodecompat.child_process import fork, spawn
from nodecompat.util import format


def log(*args):
    print(format(*("null" if each is None else each for each in args)), flush=True)


def main():
    folder = tempfile.mkdtemp(prefix="detached-")
    # It runs on in the background: nothing of it is connected to the parent.
    silent = spawn("sleep", ["60"], {"detached": True, "stdio": "ignore"})
    silent.unref()
    # Its outputs are files.
    out = fs.openSync(os.path.join(folder, "out.log"), "a")
    err = fs.openSync(os.path.join(folder, "out.log"), "a")
    line = "echo out; echo err >&2; exec sleep 60"
    logging = spawn("sh", ["-c", line], {"detached": True, "stdio": ["ignore", out, err]})
    logging.unref()
    # Neither is waited for; a pipe is, and so is a channel.
    until = 'until { read one && read two; } <"$0"; do :; done'  # both have written
    piped = spawn("sh", ["-c", f"{until}; cat; exit 3", os.path.join(folder, "out.log")], {"detached": True})
    piped.unref()
    piped.stdout.on("data", lambda data: log(data.decode()))
    worker = fork(__file__, ["worker"], {"detached": True})
    worker.unref()
    worker.send("are you there?")
    worker.on("message", lambda m: (log(m), piped.stdin.end("through the pipe")))
    piped.stdout.on("end", lambda: (log("the pipe is closed", worker.connected), worker.disconnect()))
    for name, child in {"silent": silent, "logging": logging}.items():
        child.on("exit", lambda *_, name=name: log("never", name))

    def onExit(*_):
        for child in (silent, logging):
            log(child.exitCode, child.signalCode, process.kill(child.pid, 0))
            process.kill(-child.pid, "SIGKILL")  # the group that it leads
        log(",".join(fs.readFileSync(os.path.join(folder, "out.log"), "utf8").split("\n")))
        fs.rmSync(folder, recursive=True)

    process.on("exit", onExit)


if len(process.argv) > 2 and process.argv[2] == "worker":
    process.on("message", lambda *_: process.send("still here"))
else:
    main()
run()
