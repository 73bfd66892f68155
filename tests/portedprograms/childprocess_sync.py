# Node: child_process, the synchronous forms: what is thrown, what the record has, input, limits, stdio.
import json
import sys
import tempfile

from nodecompat import fs, process
from nodecompat.child_process import execFileSync, execSync, spawnSync
from nodecompat.util import format

folder = fs.realpathSync(tempfile.mkdtemp(prefix="sync-"))
process.chdir(folder)


def log(*args):
    print(format(*("null" if each is None else each for each in args)), flush=True)


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def shown(value):
    return f"bytes {dumps(value.decode())}" if isinstance(value, bytes) else dumps(value)


def record(found):
    output = None if found.output is None else ",".join(map(shown, found.output))
    log(found.pid > 0, found.status, found.signal, output, shown(found.stdout), shown(found.stderr))
    if found.error:
        error = found.error
        log(error.code, error.message, error.syscall, error.path, dumps(error.spawnargs))


def thrown(run):
    try:
        log(shown(run()))
    except Exception as err:
        if err.name == "TypeError":
            log(err.code, err.message)
        elif getattr(err, "code", None):
            print(err.code, file=sys.stderr)  # spawning child process failed
            log("not run", err.code, err.syscall, err.status, err.pid > 0, err.stdout)
        else:
            # it was spawned but exited with a non-zero exit code
            log("failed", err.message, err.status, err.signal, shown(err.stdout), shown(err.stderr), len(err.output))


# The example of execFileSync().
script = '#!/bin/sh\necho "got $1"\necho "warned" >&2\nexit ${2:-0}\n'
fs.writeFileSync("my-script.sh", script, {"mode": 0o755})
thrown(lambda: execFileSync("./my-script.sh", ["my-arg"], {"stdio": "pipe", "encoding": "utf8"}))
thrown(lambda: execFileSync("./my-script.sh", ["my-arg", "3"], {"stdio": "pipe", "encoding": "utf8"}))
thrown(lambda: execFileSync("./my-missing.sh", ["my-arg"], {"stdio": "pipe", "encoding": "utf8"}))
thrown(lambda: execFileSync("./my-script.sh", ["a", "1"], {"stdio": ["ignore", "pipe", "ignore"]}))
thrown(lambda: execSync("./my-script.sh one 4 2>&1", {"encoding": "utf8"}))
thrown(lambda: execSync("kill -9 $$", {"stdio": "pipe"}))
thrown(lambda: execSync("echo $0 | sed s,.*/,,", {"shell": "/bin/bash", "encoding": "utf8"}))
thrown(lambda: execSync("pwd", {"cwd": "/", "env": {"PATH": process.env.PATH}, "encoding": "utf8"}))
thrown(lambda: execSync("printf é", {"encoding": "buffer"}))

# Records.
record(spawnSync("sh", ["-c", "echo o; echo e >&2; exit 2"]))
record(spawnSync("ls", {"cwd": "/missing"}))
record(spawnSync("missing", ["a", "b"]))
record(spawnSync("sh", ["-c", "kill -USR2 $$"], {"encoding": "utf8"}))
record(spawnSync('echo "$0" | sed s,.*/,,', {"shell": True, "encoding": "utf8"}))
env = {"A": "a", "B": None, "PATH": process.env.PATH}
record(spawnSync("sh", ["-c", "echo $0 $A$B", "zero"], {"env": env, "encoding": "utf8", "argv0": "unused"}))
stdio = ["ignore", "pipe", "ignore", "pipe"]
record(spawnSync("sh", ["-c", "echo 1; echo 2 >&2; echo 3 >&3"], {"stdio": stdio, "encoding": "utf8"}))
record(spawnSync("true", {"stdio": "ignore"}))
record(spawnSync("echo", ["to the same place"], {"stdio": "inherit"}))
record(spawnSync("cat", {"stdio": [fs.openSync("my-script.sh", "r"), fs.openSync("copy.sh", "w"), "pipe"]}))
log(fs.readFileSync("copy.sh", "utf8") == fs.readFileSync("my-script.sh", "utf8"))

# Input.
for input in ("text é", b"a buffer", bytearray([104, 105]), memoryview(b"j"), ""):
    record(spawnSync("cat", {"input": input, "encoding": "utf8"}))
record(spawnSync("cat", {"input": "not over stdio", "stdio": ["ignore", "pipe", "pipe"], "encoding": "utf8"}))
record(spawnSync("cat", {"encoding": "hex", "input": "6869"}))  # the encoding is that of the input, too
record(spawnSync("sh", ["-c", "cat >&2"], {"encoding": "base64", "input": "aGk="}))
thrown(lambda: spawnSync("true", {"encoding": "no such"}).status)
thrown(lambda: spawnSync("echo", {"encoding": "no such"}).status)
thrown(lambda: spawnSync("cat", {"encoding": "buffer", "input": "x"}).status)
thrown(lambda: spawnSync("cat", {"input": 0}).status)
thrown(lambda: spawnSync("cat", {"input": 5, "stdio": "ignore"}).status)
log(
    execSync("tr a-z A-Z", {"input": "a line"}).decode(),
    spawnSync("wc", ["-c"], {"input": bytes(400_000), "encoding": "utf8"}).stdout.strip(),
)

# Limits. One that catches the signal, or for which it does nothing, is waited for.
record(spawnSync("sleep", ["60"], {"timeout": 10}))
record(spawnSync("sleep", ["60"], {"timeout": 10, "killSignal": "SIGKILL"}))
record(spawnSync("sleep", ["0.3"], {"timeout": 10, "killSignal": "SIGWINCH"}))
record(spawnSync("sh", ["-c", "echo 中文测试"], {"maxBuffer": 13, "encoding": "utf8"}))
stdio = ["inherit", "pipe", "pipe"]
record(spawnSync("sh", ["-c", "echo 中文测试; exec sleep 60"], {"maxBuffer": 6, "encoding": "utf8", "stdio": stdio}))
thrown(lambda: execSync("exec sleep 60", {"timeout": 10}))
thrown(lambda: execFileSync("sh", ["-c", "echo 123456; exec sleep 60"], {"maxBuffer": 3, "encoding": "utf8"}))
fs.rmSync(folder, recursive=True)
