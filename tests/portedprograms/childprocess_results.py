# Node: child_process, exec() and execFile(): errors, maxBuffer and Unicode, encodings, promises, limits.
import json
import math
import os
import re
import tempfile

from twisted.internet.defer import Deferred

from nodecompat import AbortController, AbortSignal, child_process, fs, process, run, util
from nodecompat.child_process import exec, execFile

folder = fs.realpathSync(tempfile.mkdtemp(prefix="exec-"))


def log(*args):
    print(util.format(*("null" if each is None else each for each in args)))


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def told(start):
    next = Deferred()

    def callback(error, stdout, stderr):
        if error:
            signal, killed = (getattr(error, name, "undefined") for name in ("signal", "killed"))
            log(error.name, error.message.strip(), error.code, signal, killed, error.cmd)
        log(*(f"bytes {len(each)}" if isinstance(each, bytes) else dumps(each) for each in (stdout, stderr)))
        next.callback(None)

    start(callback)
    return next


async def main():
    fs.mkdirSync(os.path.join(folder, "test file"))
    script = '#!/bin/sh\necho "$# $1 $2"\n'
    fs.writeFileSync(os.path.join(folder, "test file/test.sh"), script, {"mode": 0o755})
    # Double quotes are used so that the space in the path is not interpreted as a delimiter of multiple arguments.
    await told(lambda callback: exec('"./test file/test.sh" arg1 arg2', callback))
    await told(lambda callback: exec("./test file/test.sh arg1 2>/dev/null", callback))
    await told(lambda callback: exec('echo "The \\$HOME variable is $HOME"', {"env": {"HOME": "/there"}}, callback))
    await told(lambda callback: exec("cat *.js missing_file 2>&1 | wc -l", callback))
    # no shell: nothing is expanded
    await told(lambda callback: execFile("./test file/test.sh", ["*", "$HOME"], callback))

    # What an error has.
    await told(lambda callback: exec("echo out; echo err >&2; exit 5", callback))
    await told(lambda callback: exec("kill -USR1 $$", callback))  # by another than us: `killed` is false
    await told(lambda callback: exec("cat", callback).kill("SIGHUP"))  # and by us

    def describing(callback):
        def describe(error, *rest):
            log(error.path, error.syscall, dumps(error.spawnargs))
            callback(error, *rest)

        return describe

    await told(lambda callback: execFile("missing_program", ["a", "b"], describing(callback)))
    await told(lambda callback: execFile("pwd", {"cwd": "/missing"}, callback))
    await told(lambda callback: execFile("sh", ["-c", "exit 9"], {"shell": False}, callback))
    await told(lambda callback: execFile("exit", ["6"], {"shell": True}, callback))

    # maxBuffer and Unicode: 4 characters are 12 bytes, and the end of the line.
    await told(lambda callback: exec("echo 中文测试", {"maxBuffer": 13}, callback))
    await told(lambda callback: exec("echo 中文测试", {"maxBuffer": 12}, callback))
    await told(lambda callback: exec("printf 中文测试", {"maxBuffer": 7, "encoding": "buffer"}, callback))
    await told(lambda callback: exec("printf abcd >&2", {"maxBuffer": 3}, callback))
    await told(lambda callback: exec("printf abcd", {"maxBuffer": math.inf}, callback))
    await told(lambda callback: exec('printf ""', {"maxBuffer": 0}, callback))

    def counting(callback):
        return lambda error, stdout, stderr: callback(error, len(stdout), stderr)

    # 1024 * 1024 unless told otherwise
    await told(lambda callback: exec("head -c 1048577 /dev/zero", counting(callback)))

    # Encodings; one that is not known gives bytes.
    await told(lambda callback: exec("printf é", {"encoding": "latin1"}, callback))
    await told(lambda callback: exec("printf é", {"encoding": "base64"}, callback))
    await told(lambda callback: exec("printf é", {"encoding": "no such"}, callback))
    await told(lambda callback: exec("printf é", {"encoding": None}, callback))
    await told(lambda callback: exec("printf é; sleep 0; printf €", {"encoding": "utf-8"}, callback))

    # A time limit, with a signal that does not end it: the outputs are let go, the process is waited for.
    def patient(callback):
        child = execFile("sleep", ["0.3"], {"timeout": 10, "killSignal": "SIGWINCH"}, callback)
        child.on("exit", lambda code: log("by itself", code))

    await told(patient)
    await told(lambda callback: execFile("sleep", ["60"], {"timeout": 10}, callback))

    # Promises, with their child.
    promised = util.promisify(child_process.exec)
    promise = promised("cat")
    promise.child.stdin.end("asked")
    log(isinstance(promise, Deferred), len(promise.child.spawnargs), {**await promise})
    for attempt in (
        lambda: promised("echo o; echo e >&2; exit 2"),
        lambda: promised("printf abc", {"maxBuffer": 2}),
        lambda: util.promisify(execFile)("missing_program"),
        lambda: promised("cat", {"signal": AbortSignal.abort()}),
    ):
        try:
            await attempt()
        except Exception as error:
            log(error.name, error.code, dumps([error.stdout, error.stderr, error.cmd]))
    log("stdout:", (await util.promisify(execFile)("sh", ["-c", "echo $0"], {"encoding": "hex"})).stdout)
    version = await util.promisify(execFile)(process.execPath, ["--version"])
    log(bool(re.match(r"\S+ ?\d*\.\d+\.\d+", version.stdout)), version.stdout.endswith("\n"), ",".join(version))

    # Aborted, with a reason and without; aborted when all is over.
    def aborting(*reason):
        controller = AbortController()
        next = Deferred()

        def onError(error, *_):
            name = "Error" if type(error.cause) is Exception else error.cause.name
            log(error.name, error.code, error.message, name, error.cmd, child.killed)
            child.on("close", lambda code, signal: (log(code, signal), next.callback(None)))

        child = execFile("cat", {"signal": controller.signal}, onError)
        controller.abort(*reason)
        return next

    await aborting()
    await aborting(Exception("changed my mind"))
    controller = AbortController()
    await told(lambda callback: exec("echo done", {"signal": controller.signal}, callback))
    controller.abort()

    # The process: what was started, and the streams.
    child = exec("exit 3", {"env": {**process.env, "A": "a"}})
    log(child.spawnfile, dumps(child.spawnargs), len(child.stdio), child.connected, child.channel)
    events = []
    for name in ("spawn", "exit", "close"):
        child.on(name, lambda *args, name=name: events.append([name, *args]))
    next = Deferred()
    child.on("close", lambda *_: next.callback(None))
    await next
    log(dumps(events))
    fs.rmSync(folder, recursive=True)


process.chdir(folder)
run(main)
