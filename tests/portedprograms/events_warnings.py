from nodecompat import EventEmitter, events, process, run
from nodecompat.symbols import Symbol

process.on("warning", lambda w: print(w.name, w.count, w.type, str(w.emitter is ee).lower()))
ee = EventEmitter()
ee.setMaxListeners(1)
ee.on("x", lambda: None)
ee.on("x", lambda: None)
ee.on("x", lambda: None)
print(ee.getMaxListeners(), EventEmitter.defaultMaxListeners, events.listenerCount(ee, "x"))
events.setMaxListeners(5, ee)
print(events.getMaxListeners(ee))
symbol = Symbol("s")
ee.on(symbol, lambda *args: print("symbol", len(args)))
ee.emit(symbol, 1, 2, 3)


def once():
    print("once")


ee.once("o", once)
print(str(ee.listeners("o")[0] is once).lower(), str(ee.rawListeners("o")[0].listener is once).lower())
ee.rawListeners("o")[0]()
ee.emit("o")
ee.off("x", once).removeAllListeners("x")
print(ee.listenerCount("x"), len(ee.eventNames()))
ee.on("removeListener", lambda name, f: print("removed", name))
ee.on("y", once)
ee.off("y", once)
try:
    ee.on("z", 5)
except Exception as e:
    print(e.code, e)
try:
    ee.setMaxListeners(-1)
except Exception as e:
    print(e.code, e)
run()
