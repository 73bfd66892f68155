# Node: cluster, worker.process: a worker whose primary was killed ends by itself. NODE_CLUSTER_SCHED_POLICY.
import re

from nodecompat import cluster, net, process, run
from nodecompat.child_process import spawn
from nodecompat.util import format


def log(*args):
    print(format(*["null" if each is None else each for each in args]), flush=True)


if cluster.isPrimary and len(process.argv) < 3:
    env = {**process.env, "NODE_CLUSTER_SCHED_POLICY": "none"}
    primary = spawn(process.execPath, [__file__, "primary"], {"env": env, "stdio": ["ignore", "pipe", "inherit"]})
    told = ""

    def onData(text):
        global told
        told += text
        if re.search("listening\n", told):
            primary.kill("SIGKILL")

    primary.stdout.setEncoding("utf8").on("data", onData)
    primary.on("exit", lambda code, signal: log("exit", code, signal))
    primary.on("close", lambda: log(told.strip()))  # the worker has closed its end, too
elif cluster.isPrimary:
    log(cluster.schedulingPolicy == cluster.SCHED_NONE)
    cluster.fork().on("listening", lambda: log("the worker is listening"))
else:

    def onDisconnect():
        voluntary = cluster.worker.exitedAfterDisconnect
        log("worker disconnect", "undefined" if voluntary is None else voluntary, cluster.worker.isConnected())

    process.on("disconnect", lambda: log("process disconnect"))  # not reached: the worker ends before
    cluster.worker.on("disconnect", onDisconnect)
    process.on("exit", lambda code: log("ends with", code))
    net.createServer().listen(0, "127.0.0.1")

run()
