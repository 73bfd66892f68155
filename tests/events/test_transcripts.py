"""What Node does with events, done again."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted
from transcript import Env, reproduce
from twisted.internet.defer import Deferred

from nodecompat import events
from nodecompat.abort import AbortController
from nodecompat.errors import NodeError
from nodecompat.events import EventEmitter, hooks


async def listeners(env: Env) -> None:
    e = EventEmitter()
    e.on("newListener", lambda n: env.log("meta", "newListener", n, e.listenerCount(n)))
    e.on("removeListener", lambda n: env.log("meta", "removeListener", n, e.listenerCount(n)))

    def third() -> None:
        env.log("x", "third")

    @e.on("x")
    def first() -> None:
        env.log("x", "first")
        e.off("x", third)
        e.on("x", lambda: env.log("x", "added-late"))

    e.once("x", lambda: env.log("x", "once"))
    e.on("x", third)
    e.prependListener("x", lambda: env.log("x", "prepended"))
    env.log("emit", "returned", e.emit("x"), e.listenerCount("x"))
    env.log("emit", "returned", e.emit("x"))
    env.log("emit", "returned-none", e.emit("nobody"))
    env.log("emit", "eventNames", e.eventNames())
    e.removeAllListeners("x")
    env.log("emit", "returned", e.emit("x"))


async def errors(env: Env) -> None:
    e = EventEmitter()

    def attempt(*args: Any) -> Any:
        try:
            e.emit(*args)
        except Exception as error:
            env.log("emit", "threw", error)
            return error

    attempt("error", NodeError("plain"))
    env.log("emit", "context", attempt("error", {"a": 1}).context)
    attempt("error")
    e.on(events.errorMonitor, lambda x: env.log("monitor", "error", x.message))
    attempt("error", NodeError("seen"))
    e.on("error", lambda x: env.log("listener", "error", x.message))
    e.emit("error", NodeError("handled"))

    @e.on("y")
    def fails() -> None:
        raise NodeError("inside")

    e.on("y", lambda: env.log("y", "never"))
    attempt("y")


async def onceOn(env: Env) -> None:
    e = EventEmitter()
    env.later(1, e.emit, "v", 1, 2)
    env.log("once", "resolved", await events.once(e, "v"))
    env.later(1, e.emit, "error", NodeError("no"))
    try:
        await events.once(e, "v")
    except NodeError as error:
        env.log("once", "rejected", error)
    env.later(1, e.emit, "error", NodeError("asked"))
    env.log("once", "error-as-event", [error.message for error in await events.once(e, "error")])
    controller = AbortController()
    env.later(1, controller.abort)
    try:
        await events.once(e, "v", {"signal": controller.signal})
    except NodeError as error:
        env.log("once", "aborted", error)
    iterator = events.on(e, "n", {"close": ["stop"]})
    env.later(1, lambda: (e.emit("n", "a"), e.emit("n", "b"), e.emit("stop")))
    async for value in iterator:
        env.log("on", "value", value)
    env.log("on", "done", e.listenerCount("n"))
    capturing = EventEmitter({"captureRejections": True})
    capturing.on("error", lambda error: env.log("capture", "error", error))

    @capturing.on("w")
    async def fails() -> None:
        raise NodeError("async")

    env.log("capture", "emit-returned", capturing.emit("w"))
    await env.sleep(2)


async def maxListeners(env: Env) -> None:
    e = EventEmitter()
    warning: Deferred[Any] = Deferred()
    before, hooks.emitWarning = hooks.emitWarning, warning.callback
    env.cleanup(lambda: setattr(hooks, "emitWarning", before))
    for _ in range(13):
        e.on("x", lambda: None)
    w = await warning
    env.log("process", "warning", w.name, w.message, w.type, w.count)
    env.log("emitter", "limits", e.getMaxListeners(), events.defaultMaxListeners)


PROGRAMS = {
    "events-listeners": listeners,
    "events-errors": errors,
    "events-once-on": onceOn,
    "events-max-listeners": maxListeners,
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest_twisted.ensureDeferred
async def testNodesEvents(name: str) -> None:
    await reproduce(name, PROGRAMS[name])
