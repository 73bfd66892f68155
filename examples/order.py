"""In which order a program's callbacks come: ticks, microtasks, immediates, timers.

python examples/order.py
"""

from nodecompat import process, queueMicrotask, run, setImmediate, setTimeout


def insideTheLoop():
    setTimeout(lambda: print("5. setTimeout(0)"), 0)
    setImmediate(lambda: print("4. setImmediate"))
    queueMicrotask(lambda: print("3. queueMicrotask"))
    process.nextTick(lambda: print("2. process.nextTick"))
    print("1. this function, to its end")


setTimeout(insideTheLoop, 1)
process.on("exit", lambda code: print(f"6. nothing is left: exit code {code}"))
run()
