from nodecompat import (
    AbortController,
    AbortSignal,
    clearTimeout,
    process,
    queueMicrotask,
    run,
    setImmediate,
    setTimeout,
)
from nodecompat.timers.promises import scheduler
from nodecompat.timers.promises import setImmediate as soon
from nodecompat.timers.promises import setInterval as every
from nodecompat.timers.promises import setTimeout as sleep


def js(value):
    return str(value).lower()


async def main():
    print(await sleep(1, "result"))
    print(await soon("soon"))
    n = 0
    async for value in every(1, "tick"):
        print(value)
        n += 1
        if n == 2:
            break
    ac = AbortController()
    wait = sleep(1000, None, {"signal": ac.signal, "ref": False})
    ac.abort(Exception("why"))
    try:
        await wait
    except Exception as e:
        print(e.name, e.cause)
    await scheduler.yield_()
    t = setTimeout(lambda: print("never"), 5)
    print(js(t.hasRef()), js(t.unref().hasRef()))
    clearTimeout(t)
    setImmediate(lambda: print("immediate"))
    process.nextTick(lambda: print("tick"))
    queueMicrotask(lambda: print("microtask"))
    print("main")
    signal = AbortSignal.timeout(2)
    signal.onabort = lambda event: print(signal.reason.name, js(AbortSignal.any([signal]).aborted))
    setTimeout(lambda: None, 20)


run(main)
