# Node: worker.disconnect(): existing connections may end by themselves, and the worker with the last of them.
from nodecompat import cluster, net, run
from nodecompat.events import once
from nodecompat.util import format


def log(*args):
    print(format(*args), flush=True)


async def main():
    worker = cluster.fork()
    (address,) = await once(worker, "listening")
    client = net.connect(address["port"], "127.0.0.1").setEncoding("utf8")
    log((await once(client, "data"))[0])
    events = []
    for name in ["disconnect", "exit"]:
        worker.on(name, lambda *args, name=name: events.append(name))
    worker.disconnect()
    client.write("still here")
    log((await once(client, "data"))[0], events, worker.isConnected(), worker.isDead())
    client.end()
    await once(worker, "exit")
    log(events, worker.exitedAfterDisconnect, worker.process.exitCode)


if cluster.isPrimary:
    run(main)
else:

    def onConnection(socket):
        socket.write("hello")
        socket.pipe(socket)

    net.createServer(onConnection).listen(0, "127.0.0.1")
    run()
