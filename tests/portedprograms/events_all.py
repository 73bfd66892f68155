from nodecompat import AbortController, Event, EventEmitter, EventTarget, process, run, setImmediate
from nodecompat.events import errorMonitor, getEventListeners, on, once


def js(value):
    return str(value).lower()


class MyEmitter(EventEmitter):
    pass


myEmitter = MyEmitter()


@myEmitter.once("newListener")
def onNew(event, listener):
    if event == "event":
        myEmitter.on("event", lambda: print("B"))


myEmitter.on("event", lambda: print("A"))
myEmitter.emit("event")
myEmitter.prependListener("event", lambda: print("first"))
print(
    myEmitter.listenerCount("event"),
    ",".join(map(str, myEmitter.eventNames())),
    js(myEmitter.emit("none")),
    len(getEventListeners(myEmitter, "event")),
)
myEmitter.on(errorMonitor, lambda e: print("monitor", getattr(e, "args", ["undefined"])[0]))
try:
    myEmitter.emit("error", Exception("whoops!"))
except Exception as e:
    print("thrown", e)
try:
    myEmitter.emit("error", "text")
except Exception as e:
    print(e.code, e)


async def main():
    ee = EventEmitter({"captureRejections": True})

    @ee.on("something")
    async def onSomething(value=None):
        raise Exception("kaboom")

    ee.on("error", lambda e: print("captured", e))
    ee.emit("something")
    e = EventEmitter()
    process.nextTick(lambda: e.emit("myevent", 42))
    [value] = await once(e, "myevent")
    print(value)
    err = Exception("kaboom2")
    process.nextTick(lambda: e.emit("error", err))
    try:
        await once(e, "myevent")
    except Exception as er:
        print("error happened", er)
    ac = AbortController()
    process.nextTick(lambda: (e.emit("foo", "bar"), e.emit("foo", 42), setImmediate(lambda: ac.abort())))
    try:
        async for event in on(e, "foo", {"signal": ac.signal}):
            print(",".join(map(str, event)))
    except Exception as er:
        print(er.name)
    target = EventTarget()
    target.addEventListener(
        "x",
        lambda event: (event.preventDefault(), print(event.type, js(event.target is target), js(event.cancelable))),
        {"once": True},
    )
    print(js(target.dispatchEvent(Event("x", {"cancelable": True}))), js(target.dispatchEvent(Event("x"))))


run(main)
