# Node: child_process, the examples of exec(), execFile(), their promises, their synchronous forms, and time limits.
from twisted.internet.defer import Deferred

from nodecompat import AbortController, process, run, util
from nodecompat.child_process import exec, execFile, execFileSync, execSync, spawnSync


def log(*args):
    print(util.format(*args))


async def main():
    told = Deferred()

    def onEcho(error, stdout, stderr):
        log(f"stdout: {stdout.strip()}")
        log(f"stderr: {str('missing_file' in stderr).lower()}")
        told.callback(None)

    env = {**process.env, "THERE": "/there"}
    exec('echo "The \\$HOME variable is $THERE" && cat missing_file | wc -l', {"env": env}, onEcho)
    await told
    told = Deferred()

    def onExit(error, stdout, stderr):
        log(str(error).strip(), error.code, error.signal is None, error.killed, error.cmd, f'"{stdout}"')
        told.callback(None)

    exec("exit 3", onExit)
    await told
    log("stdout:", (await util.promisify(exec)('printf "a b"')).stdout)
    try:
        await util.promisify(execFile)("sh", ["-c", "echo wrong >&2; exit 2"])
    except Exception as error:
        log(error.code, error.stderr.strip())
    controller = AbortController()
    told = Deferred()
    exec(
        "grep ssh",
        {"signal": controller.signal},
        lambda error, *_: (log(error.name, error.code), told.callback(None)),
    )
    controller.abort()  # an AbortError
    await told
    told = Deferred()

    def onTooMuch(error, out, err):
        log(error.code, str(error), out)
        told.callback(None)

    execFile("sh", ["-c", "printf abcdef"], {"maxBuffer": 3}, onTooMuch)
    await told
    told = Deferred()

    def onTimeout(error, *_):
        log(error.killed, error.signal, error.code is None)
        told.callback(None)

    exec("cat", {"timeout": 30, "killSignal": "SIGKILL"}, onTimeout)
    await told
    log(execSync("cat", input="from the parent").decode(), execFileSync("printf", ["%s", "x y"], encoding="utf8"))
    try:
        execFileSync("sh", ["-c", "echo told; exit 4"], stdio="pipe", encoding="utf8")
    except Exception as err:
        log(getattr(err, "code", None) or "no code", err.status, err.stdout.strip(), err.stderr)
    try:
        execFileSync("missing_program")
    except Exception as err:
        log(err.code, err.syscall, err.path)
    done = spawnSync("sh", ["-c", "cat; exit 5"], input="in", encoding="utf8")
    log(
        done.status,
        done.signal is None,
        done.stdout,
        done.output[1] == done.stdout,
        getattr(done, "error", None) is None,
    )


run(main)
