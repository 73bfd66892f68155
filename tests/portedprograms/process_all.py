from nodecompat import process, run, setTimeout

process.on("beforeExit", lambda code: print("Process beforeExit event with code: ", code))
process.on("exit", lambda code: print("Process exit event with code: ", code))
print("This message is displayed first.")


@process.on("uncaughtException")
def onUncaught(err, origin):
    print(f"Caught exception: {err}", f"Exception origin: {origin}")
    process.exitCode = 3


process.on("unhandledRejection", lambda reason, promise: print("Unhandled Rejection reason:", reason))
process.on("warning", lambda warning: print(warning.name, warning, warning.code))
process.emitWarning("Something happened!", {"type": "CustomWarning", "code": "C1"})


def nonexistentFunc():
    raise Exception("none")


setTimeout(lambda: (print("This will still run."), nonexistentFunc()), 1)


async def rejects():
    raise Exception("unheard")


process.nextTick(rejects)
process.env.foo = "bar"
print(
    process.env.foo,
    "undefined" if process.env.NONE is None else 1,
    str("foo" in process.env).lower(),
    len(process.argv),
    "number" if isinstance(process.pid, int) else "",
)
print(
    len(process.hrtime()),
    str(process.uptime() > 0).lower(),
    str(process.memoryUsage().rss > 0).lower(),
    str(len(process.platform) > 0).lower(),
    str(len(process.cwd()) > 0).lower(),
)
process.stdout.write("written\n")
run()
