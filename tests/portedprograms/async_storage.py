from nodecompat import EventEmitter, queueMicrotask, run, setImmediate, setTimeout
from nodecompat.async_hooks import AsyncLocalStorage, AsyncResource

als = AsyncLocalStorage()


def js(value):
    return "undefined" if value is None else value


def first():
    setTimeout(lambda: print("timeout", als.getStore()["id"]), 60)
    queueMicrotask(lambda: print("promise", als.getStore()["id"]))
    print(js(als.exit(lambda: als.getStore())))
    bound = AsyncResource.bind(lambda: als.getStore()["id"])
    als.run({"id": 2}, lambda: print("bound", bound(), als.getStore()["id"]))
    snapshot = AsyncLocalStorage.snapshot()
    als.run({"id": 3}, lambda: print("snapshot", snapshot(lambda: als.getStore()["id"])))
    ee = EventEmitter()
    ee.on("x", lambda: print("listener", als.getStore()["id"]))
    als.run({"id": 4}, lambda: ee.emit("x"))


als.run({"id": 1}, first)
print(js(als.getStore()))
als.enterWith({"id": 5})
setImmediate(lambda: print("entered", als.getStore()["id"]))
run()
