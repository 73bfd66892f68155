# Node: cluster.settings, setupPrimary(), 'setup', fork(env), schedulingPolicy: when each is fixed, what a worker sees.
import os

from nodecompat import cluster, process, run
from nodecompat.events import once
from nodecompat.util import format


def log(*args):
    print(format(*["null" if each is None else each for each in args]), flush=True)


def show(settings):
    return [
        settings["exec"] == os.path.abspath(__file__),
        settings["args"],
        settings["silent"],
        settings.get("cwd") or "none",
    ]


async def main():
    log(cluster.settings, cluster.schedulingPolicy == cluster.SCHED_RR)
    cluster.on("setup", lambda settings: log("setup", show(settings), settings is cluster.settings))
    cluster.schedulingPolicy = 5
    try:
        cluster.setupPrimary()
    except Exception as error:
        log(error.code, error.message)
    cluster.schedulingPolicy = cluster.SCHED_RR
    log("defaults", show(cluster.settings))
    cluster.setupPrimary(args=["one"])  # two calls in a tick: each event has its own settings
    cluster.setupMaster(args=["one", "two"], silent=True, cwd="/")
    log("now", show(cluster.settings))
    first = cluster.fork({"COLOUR": "green", "NODE_UNIQUE_ID": "77", "NUMBER": 5})
    cluster.setupPrimary(args=["later"], silent=False, cwd=None, stdio=["ignore", "pipe", "ignore", "ipc"])
    second = cluster.fork()  # `stdio` is stronger than `silent`; the first has what was set before
    output = []
    first.process.stdout.setEncoding("utf8").on("data", output.append)
    closed = once(first.process, "close")
    told = [once(first, "message"), once(second, "message")]
    told = [await each for each in told]
    log(
        first.process.stdout is not None,
        first.process.stderr is not None,
        second.process.stdout is not None,
        second.process.stderr is None,
    )
    for message, _ in told:
        log(*message)
    log(first.id, second.id, [str(id) for id in cluster.workers])
    for worker in [first, second]:
        worker.send("go")
        log(*await once(worker, "exit"))
    await closed
    log("its output:", "".join(output).strip())
    cluster.removeAllListeners("setup")
    none = {"exec": __file__, "args": [], **dict.fromkeys(["uid", "gid", "serialization", "cwd", "stdio"])}
    for wrong in [
        {"uid": "root"},
        {"gid": 1.5},
        {"serialization": "xml"},
        {"args": 5},
        {"exec": 5},
        {"cwd": 5},
        {"stdio": ["pipe"]},
        {"windowsHide": "no"},
    ]:
        cluster.setupPrimary({**none, **wrong})
        try:
            cluster.fork()
        except Exception as error:
            log(next(iter(wrong)), error.code)
    log([str(id) for id in cluster.workers])


if cluster.isPrimary:
    run(main)
else:
    if cluster.worker.id == 1:
        log("said by worker", cluster.worker.id)
    names = ["COLOUR", "NUMBER", "NODE_UNIQUE_ID"]
    process.send(
        [
            cluster.worker.id,
            process.argv[2:],
            process.cwd() == "/",
            *[process.env.get(name, "none") for name in names],
        ]
    )
    process.on("message", lambda message: process.exit(0))
    run()
