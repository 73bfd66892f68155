"""Random programs on both ends of a connection, run by Node and here: each end must see the same.

A program is data: for each end (client, peer) and each event a list of calls, made when the event comes first. Where
Node itself sees different things from run to run, any of them will do, and ours gets as many runs.
"""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest
import pytest_twisted
from faultbed import event, settled, sleep
from oracle import evaluate, needsNode

from nodecompat import net
from nodecompat.reactor.loop import ticks

PROGRAMS = 1000 if os.environ.get("NODECOMPAT_LONG_TESTS") == "1" else 60
RUNS = 3
#: Looks, 2 ms apart, that find nothing new: then both ends are destroyed. Not a time: on a busy machine everything,
#: these looks as well, takes longer.
QUIET = 20

EVENTS = ("connect", "ready", "data", "end", "finish", "drain", "pause", "resume", "error", "close")
CALLS = (
    ["write", "a"], ["write", "bb"], ["writeBack", "c"], ["write", ""], ["big"], ["end"], ["endWith", "z"], ["endBack"],
    ["destroy"], ["fail"], ["destroySoon"], ["pause"], ["resume"], ["cork"], ["uncork"], ["setEncoding"], ["read"],
    ["state"], ["unshift", "u"],
)  # fmt: skip
WEIGHTS = (6, 4, 4, 1, 2, 3, 3, 2, 3, 2, 2, 3, 4, 1, 2, 1, 1, 6, 1)
LATER = ("now", "now", "now", "tick", "microtask", "immediate")
#: Before there is a connection: a check may come before it, or after it.
EARLY = ("drain", "pause", "resume", "error")
AT_ONCE = LATER[:-1]

NODE = """
const net = require('net');
const [programs, runs, limit] = %s;
const EVENTS = %s;
const sleep = (ms) => new Promise((ok) => setTimeout(ok, ms));
function state(s) {
  return [s.readyState, s.readable, s.writable, s.destroyed, s.connecting, s.pending, s.writableLength,
    s.writableEnded, s.writableFinished, s.readableEnded, s.readableFlowing, s.writableNeedDrain, s.isPaused()];
}
function call(log, s, [name, text]) {
  const note = (what) => (e) => log.push([what, e ? e.code || e.message : null]);
  switch (name) {
    case 'write': log.push(['write', s.write(text)]); break;
    case 'writeBack': log.push(['write', s.write(text, note('written'))]); break;
    case 'big': log.push(['write', s.write(Buffer.alloc(4 << 20), note('bigWritten'))]); break;
    case 'end': s.end(); break;
    case 'endWith': s.end(text); break;
    case 'endBack': s.end(note('ended')); break;
    case 'destroy': s.destroy(); break;
    case 'fail': s.destroy(new Error('boom')); break;
    case 'setEncoding': s.setEncoding('latin1'); break;
    case 'read': { const d = s.read(); log.push(['read', d === null ? null : d.length]); break; }
    case 'state': log.push(['state', ...state(s)]); break;
    case 'unshift': s.unshift(Buffer.from(text)); break;
    default: s[name]();
  }
}
function act(log, s, steps) {
  for (const [when, what] of steps || []) {
    const go = () => call(log, s, what);
    if (when === 'now') go();
    else if (when === 'tick') process.nextTick(go);
    else if (when === 'microtask') queueMicrotask(go);
    else setImmediate(go);
  }
}
function watch(log, s, program) {
  const seen = new Set();
  for (const name of EVENTS) {
    if (name === 'data' && !program.reads) continue;
    s.on(name, (a) => {
      const last = log[log.length - 1];
      if (name === 'data') { if (last && last[0] === 'data') last[1] += a.length; else log.push(['data', a.length]); }
      else log.push(name === 'error' ? [name, a.code || a.message] : name === 'close' ? [name, a] : [name]);
      if (!seen.has(name)) { seen.add(name); act(log, s, program.on[name]); }
    });
  }
  act(log, s, program.on.start);
}
async function run(program) {
  const logs = { client: [], peer: [] }; const ends = [];
  const server = net.createServer(program.server, (s) => { ends.push(s); watch(logs.peer, s, program.peer); });
  server.listen(0, '127.0.0.1');
  await new Promise((ok) => server.on('listening', ok));
  await new Promise((ok) => setTimeout(() => {  // the calls at the start are made in a callback of the loop
    const c = net.connect({ port: server.address().port, host: '127.0.0.1', ...program.options });
    c.on('close', () => { c.done = true; });
    ends.push(c); watch(logs.client, c, program.client); ok();
  }, 1));
  const open = () => ends.some((s) => !s.done);
  server.on('connection', (s) => s.on('close', () => { s.done = true; }));
  for (let quiet = 0, before = ''; open() && quiet < limit; quiet++) {
    await sleep(2);
    const now = JSON.stringify(logs);
    if (now !== before) quiet = 0;
    before = now;
  }
  await sleep(4);
  for (const log of Object.values(logs)) log.push(['over']);
  for (const s of ends) { s.removeAllListeners(); s.on('error', () => {}); s.destroy(); }
  server.close();
  return JSON.stringify([logs.client.slice(0, logs.client.findIndex((e) => e[0] === 'over')),
    logs.peer.slice(0, logs.peer.findIndex((e) => e[0] === 'over'))]);
}
(async () => {
  const results = [];
  for (const program of programs) {
    const seen = new Set();
    for (let i = 0; i < runs; i++) seen.add(await run(program));
    results.push([...seen]);
  }
  console.log(JSON.stringify(results));
})();
"""


def steps(dice: random.Random, most: int, when: tuple[str, ...] = LATER) -> list[Any]:
    return [[dice.choice(when), dice.choices(CALLS, WEIGHTS)[0]] for _ in range(dice.choice(range(most + 1)))]


def end(dice: random.Random, events: tuple[str, ...]) -> dict[str, Any]:
    on = {name: steps(dice, 2, AT_ONCE if name in EARLY else LATER) for name in events if dice.random() < 0.35}
    return {"reads": dice.random() < 0.8, "on": {"start": steps(dice, 3, AT_ONCE), **on}}


def program(seed: int) -> dict[str, Any]:
    dice = random.Random(seed)
    mark = dice.choice(({}, {}, {"highWaterMark": 2}))
    return {
        "options": {"allowHalfOpen": dice.random() < 0.4, **mark},
        "server": {"allowHalfOpen": dice.random() < 0.4, "pauseOnConnect": dice.random() < 0.1, **mark},
        "client": end(dice, EVENTS),
        "peer": end(dice, EVENTS[2:]),
    }


class End:
    """One end of a connection here."""

    def __init__(self, socket: net.Socket, log: list[Any], program: dict[str, Any]) -> None:
        self.socket, self.log, self.steps = socket, log, program["on"]
        self.seen: set[str] = set()
        self.done = False
        for name in EVENTS:
            if name != "data" or program["reads"]:
                socket.on(name, self.listener(name))
        self.act(self.steps.get("start"))
        socket.on("close", self.onClose)

    def onClose(self) -> None:
        self.done = True

    def listener(self, name: str) -> Any:
        def heard(first: Any = None) -> None:
            if name == "data":
                if self.log and self.log[-1][0] == "data":
                    self.log[-1][1] += len(first)
                else:
                    self.log.append(["data", len(first)])
            else:
                self.log.append(
                    [name, what(first)] if name == "error" else [name, first] if name == "close" else [name]
                )
            if name not in self.seen:
                self.seen.add(name)
                self.act(self.steps.get(name))

        return heard

    def act(self, steps: Any) -> None:
        for when, step in steps or ():
            if when == "now":
                self.call(*step)
            else:
                queue = {"tick": ticks.nextTick, "microtask": ticks.queueMicrotask, "immediate": ticks.queueCheck}[when]
                queue(self.call, *step)

    def call(self, name: str, text: str = "") -> None:
        s, log = self.socket, self.log
        if name == "write":
            log.append(["write", s.write(text)])
        elif name == "writeBack":
            log.append(["write", s.write(text, self.note("written"))])
        elif name == "big":
            log.append(["write", s.write(bytes(4 << 20), self.note("bigWritten"))])
        elif name == "endWith":
            s.end(text)
        elif name == "endBack":
            s.end(self.note("ended"))
        elif name == "fail":
            s.destroy(Exception("boom"))
        elif name == "setEncoding":
            s.setEncoding("latin1")
        elif name == "read":
            data = s.read()
            log.append(["read", None if data is None else len(data)])
        elif name == "state":
            log.append(["state", *state(s)])
        elif name == "unshift":
            s.unshift(text.encode())
        else:
            getattr(s, name)()

    def note(self, name: str) -> Any:
        return lambda error=None: self.log.append([name, what(error)])


def what(error: Any) -> Any:
    return None if error is None else getattr(error, "code", None) or str(error)


def state(s: net.Socket) -> list[Any]:
    return [
        s.readyState, s.readable, s.writable, s.destroyed, s.connecting, s.pending, s.writableLength, s.writableEnded,
        s.writableFinished, s.readableEnded, s.readableFlowing, s.writableNeedDrain, s.isPaused(),
    ]  # fmt: skip


async def runHere(program: dict[str, Any]) -> str:
    logs: tuple[list[Any], list[Any]] = ([], [])
    ends: list[End] = []
    server = net.createServer(program["server"], lambda s: ends.append(End(s, logs[1], program["peer"])))
    server.listen(0, "127.0.0.1")
    await event(server, "listening")
    port = server.address().port  # type: ignore[union-attr]
    # As a callback of the loop, like the program of Node.
    ticks.call(
        lambda: ends.append(
            End(net.connect({"port": port, "host": "127.0.0.1", **program["options"]}), logs[0], program["client"])
        )
    )
    quiet, before = 0, ""
    while quiet < QUIET and not all(each.done for each in ends):
        await sleep(2)
        now = json.dumps(logs)
        quiet = quiet + 1 if now == before else 0
        before = now
    await sleep(4)
    result = json.dumps([logs[0], logs[1]], separators=(",", ":"))
    for each in ends:
        each.socket.removeAllListeners()
        each.socket.on("error", lambda error: None)
        each.socket.destroy()
    server.close()
    await settled()
    return result


def byNode(programs: list[Any]) -> list[list[str]]:
    text = NODE % (json.dumps([programs, RUNS, QUIET]), json.dumps(EVENTS))
    return evaluate(text, timeout=600)  # type: ignore[no-any-return]


@needsNode
@pytest.mark.skipif(
    os.environ.get("NODECOMPAT_HANDLES") == "bridge",
    reason="Twisted connects, sends and closes a turn later: the two ends' events interleave otherwise",
)
@pytest.mark.parametrize("start", range(0, PROGRAMS, 20))
@pytest_twisted.ensureDeferred
async def testBothEndsSeeWhatTheySeeInNode(start: int) -> None:
    programs = [program(seed) for seed in range(start, start + 20)]
    for seed, (wanted, each) in enumerate(zip(byNode(programs), programs, strict=True), start):
        if isKernels(wanted):
            continue
        ours: list[str] = []
        while len(ours) < RUNS and not set(ours) & set(wanted):
            ours.append(await runHere(each))
        assert set(ours) & set(wanted), report(seed, each, wanted, ours)


def isKernels(outcomes: list[str]) -> bool:
    """A big write to a peer that has gone: whether its failure or the peer's end is seen first, the kernel decides."""
    logs = [log for outcome in outcomes for log in json.loads(outcome)]
    return any(
        each[0] == "bigWritten" and each[1] in ("EPIPE", "ECONNRESET", "ECANCELED") for log in logs for each in log
    )


def report(seed: int, program: Any, wanted: list[str], ours: list[str]) -> str:
    lines = [f"seed {seed}: {json.dumps(program, indent=1)}"]
    for name, index in (("client", 0), ("peer", 1)):
        lines += [f"{name}, Node: {json.dumps(json.loads(each)[index])}" for each in wanted]
        lines += [f"{name}, here: {json.dumps(json.loads(each)[index])}" for each in ours]
    return "\n".join(lines)
