"""Any sequence of calls on an emitter does what it does in Node: programs are made at random and run on both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from nodecompat.events import EventEmitter

EVENTS = st.sampled_from(["a", "b", "error", "newListener"])
LISTENERS = st.integers(0, 4)
ADDING = st.sampled_from(["on", "once", "prependListener", "prependOnceListener"])
# The listeners of removeListener only watch: Node walks by index over an array that they could change.
ADD = st.tuples(ADDING, EVENTS, LISTENERS) | st.tuples(ADDING, st.just("removeListener"), st.just(5))
REMOVE = (
    st.tuples(st.just("off"), EVENTS, LISTENERS)
    | st.tuples(st.just("off"), st.just("removeListener"), st.just(5))
    | st.tuples(st.just("removeAllListeners"), EVENTS | st.none() | st.just("removeListener"))
)
EMIT = st.tuples(st.just("emit"), st.sampled_from(["a", "b", "error"]), st.integers(0, 4))
#: What each of the listeners does when it is called; the sixth does nothing.
REACTIONS = st.lists(st.lists(ADD | REMOVE, max_size=2), min_size=5, max_size=5).map(lambda five: [*five, []])
PROGRAMS = st.tuples(REACTIONS, st.lists(ADD | REMOVE | EMIT, min_size=3, max_size=12))
#: Calls after which a program is stopped: listeners of newListener that add listeners may never end.
LIMIT = 60

JAVASCRIPT = """
const { EventEmitter } = require('events');
function run([reactions, calls], LIMIT) {
  const e = new EventEmitter().setMaxListeners(0), log = [];
  const listeners = reactions.map((reaction, id) => (...args) => {
    if (log.length >= LIMIT) throw new Error('limit');
    log.push(['called', id, args.length, args.map((a) => (typeof a === 'function' ? listeners.indexOf(a) : a))]);
    reaction.forEach(act);
  });
  function act([method, name, value]) {
    if (method === 'emit') return e.emit(name, ...Array.from({ length: value }, (_, i) => i));
    if (method === 'removeAllListeners') return name === null ? e.removeAllListeners() : e.removeAllListeners(name);
    return e[method](name, listeners[value]);
  }
  for (const call of calls) {
    try { const got = act(call); log.push([call[0], got === e ? 'emitter' : got]); }
    catch (error) { log.push(['threw', error.message]); }
    const names = e.eventNames();
    log.push(names.map((n) => [n, e.listenerCount(n), e.listeners(n).map((l) => listeners.indexOf(l))]));
  }
  return log;
}
"""


def run(program: Any) -> list[Any]:
    """The same as the JavaScript above."""
    reactions, calls = program
    emitter, log = EventEmitter().setMaxListeners(0), []
    listeners: list[Any] = []

    def indexOf(listener: Any) -> int:
        return listeners.index(listener) if listener in listeners else -1  # the wrapper of a once listener

    def make(number: int, reaction: Any) -> Any:
        def listener(*args: Any) -> None:
            if len(log) >= LIMIT:
                raise RuntimeError("limit")
            shown = [indexOf(each) if callable(each) else each for each in args]
            log.append(["called", number, len(args), shown])
            for call in reaction:
                act(*call)

        return listener

    def act(method: str, name: Any, value: Any = None) -> Any:
        if method == "emit":
            return emitter.emit(name, *range(value))
        if method == "removeAllListeners":
            return emitter.removeAllListeners() if name is None else emitter.removeAllListeners(name)
        return getattr(emitter, method)(name, listeners[value])

    listeners.extend(make(number, reaction) for number, reaction in enumerate(reactions))
    for call in calls:
        try:
            got = act(*call)
            log.append([call[0], "emitter" if got is emitter else got])
        except Exception as error:
            log.append(["threw", str(error)])
        log.append(
            [
                [name, emitter.listenerCount(name), [indexOf(each) for each in emitter.listeners(name)]]
                for name in emitter.eventNames()
            ]
        )
    return log


@oracle.needsNode
def testAnySequenceOfCallsDoesWhatItDoesInNode(tmp_path: Path) -> None:
    """One run of Node for all the programs."""
    programs: list[Any] = []

    @settings(max_examples=300)
    @given(PROGRAMS)
    def collect(program: Any) -> None:
        programs.append(program)

    collect()
    path = tmp_path / "programs.json"  # too many for a command line
    path.write_text(json.dumps(programs))
    wanted = oracle.evaluate(
        f"{JAVASCRIPT} console.log(JSON.stringify(require({json.dumps(str(path))}).map((p) => run(p, {LIMIT}))))"
    )
    for program, theirs in zip(programs, wanted, strict=True):
        assert json.loads(json.dumps(run(program))) == theirs, json.dumps(program)
