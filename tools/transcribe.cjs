// Runs scenarios in Node and writes what happened, in order, as JSON: the transcripts that the tests play again.
//   node --no-warnings tools/transcribe.cjs [--out DIR] [NAME ...]
// Without a NAME all of tools/transcribe_scenarios.cjs are recorded, without --out into tests/data/transcripts.
// A scenario runs RUNS times (an environment variable, 8). When all runs agree on the whole sequence, `ordering` is
// "total"; when they agree only per actor (server, client, ...), it is "per-actor" and the events are grouped by actor.
// One that differs even per actor is reported and not written.
'use strict';
const fs = require('fs');
const path = require('path');
const RUNS = Number(process.env.RUNS || 8);
const sleep = (ms) => new Promise((ok) => setTimeout(ok, ms));
const only = process.argv.slice(2);
const outdir = only[0] === '--out' ? only.splice(0, 2)[1] : path.join(__dirname, '../tests/data/transcripts');
const scenarios = require('./transcribe_scenarios.cjs');

const clean = (s) => s.replace(/Date: [^\r\n]+/g, 'Date: <date>');
function show(v, env) {
  if (v === undefined) return null;
  if (Buffer.isBuffer(v) || v instanceof Uint8Array) return { bytes: env.ports(clean(Buffer.from(v).toString('latin1'))) };
  if (v instanceof Error) {
    const r = { error: v.name, code: v.code === undefined ? null : v.code, message: env.ports(v.message) };
    return r;
  }
  if (typeof v === 'string') return env.ports(clean(v));
  if (typeof v === 'number' && env.portNames.has(v)) return env.portNames.get(v);
  if (v === null || typeof v === 'number' || typeof v === 'boolean') return v;
  if (Array.isArray(v)) return v.map((x) => show(x, env));
  if (typeof v === 'object' && (v.constructor === Object || Object.getPrototypeOf(v) === null)) {
    const r = {};
    for (const k of Object.keys(v)) r[k] = /^date$/i.test(k) ? '<date>' : show(v[k], env);
    return r;
  }
  if (typeof v === 'symbol') return String(v);
  return '<' + (v.constructor && v.constructor.name) + '>';
}

function makeEnv() {
  const env = {
    events: [], listeners: {}, open: true, portNames: new Map(), cleanups: [],
    sleep,
    ports(s) {
      for (const [p, n] of env.portNames) s = s.split(String(p)).join(n);
      return s;
    },
    port(n, name) { env.portNames.set(n, '<' + name + '>'); return n; },
    log(who, event, ...args) {
      if (!env.open) return;
      const last = env.events[env.events.length - 1];
      const shown = args.map((a) => show(a, env));
      if (event === 'data' && last && last[0] === who && last[1] === 'data' && env.joinData) {
        const [a, b] = [last[2], shown[0]];
        if (typeof a === 'string' && typeof b === 'string') { last[2] = a + b; return; }
        if (a && b && a.bytes !== undefined && b.bytes !== undefined) { a.bytes += b.bytes; return; }
      }
      env.events.push([who, event, ...shown]);
    },
    // watch('client', socket, ['connect', 'data', ...]) - listeners are added with on(), as a user would
    watch(who, emitter, names, pick) {
      const set = env.listeners[who] = env.listeners[who] || [];
      for (const n of names) {
        if (!set.includes(n)) set.push(n);
        emitter.on(n, (...a) => env.log(who, n, ...(pick && pick[n] ? pick[n](...a) : a)));
      }
      return emitter;
    },
    cleanup(f) { env.cleanups.push(f); },
    joinData: true,
  };
  env.once = (em, ev) => new Promise((ok) => em.once(ev, (...a) => ok(a)));
  return env;
}

const perActor = (ev) => {
  const m = {};
  for (const e of ev) (m[e[0]] = m[e[0]] || []).push(e);
  return m;
};

let onUncaught = null;
process.on('uncaughtException', (e) => { if (onUncaught) onUncaught(e); else throw e; });

(async () => {
  const summary = [];
  for (const [name, sc] of Object.entries(scenarios)) {
    if (only.length && !only.includes(name)) continue;
    const runs = [];
    let listeners, broken;
    for (let i = 0; i < (sc.runs || RUNS); i++) {
      const env = makeEnv();
      try {
        await Promise.race([sc.run(env), new Promise((_, no) => { onUncaught = no; }), sleep(4000).then(() => { throw new Error('scenario hangs'); })]);
        await sleep(sc.settle || 25);
      } catch (e) { broken = e; }
      env.open = false;
      for (const f of env.cleanups) { try { f(); } catch { /* closing down */ } }
      await sleep(5);
      runs.push(env.events);
      listeners = env.listeners;
      if (broken) break;
    }
    if (broken) { summary.push([name, 'BROKEN', broken.stack]); console.log(JSON.stringify(runs[0], null, 0)); continue; }
    const texts = new Set(runs.map((r) => JSON.stringify(r)));
    let ordering = 'total', events = runs[0];
    if (texts.size > 1) {
      const g = runs.map(perActor);
      const keys = Object.keys(g[0]);
      const bad = keys.filter((k) => new Set(g.map((m) => JSON.stringify(m[k]))).size > 1);
      if (bad.length) {
        summary.push([name, 'UNSTABLE', bad.join(), [...texts].slice(0, 2).join('\n   ')]);
        continue;
      }
      ordering = 'per-actor';
      events = keys.flatMap((k) => g[0][k]);
    }
    const rec = { name, description: sc.description, node: process.version, ordering, listeners, events };
    if (sc.note) rec.note = sc.note;
    const head = { ...rec }; delete head.events;
    let text = JSON.stringify(head, null, 1).replace(/\n\}$/, ',\n "events": [\n');
    text = text.replace(/\[\n\s+((?:"[^"\n]*",?\s*)+)\]/g, (m, body) => '[' + body.trim().replace(/\s*\n\s*/g, ' ') + ']');
    text += events.map((e) => '  ' + JSON.stringify(e)).join(',\n') + '\n ]\n}\n';
    JSON.parse(text);
    fs.writeFileSync(path.join(outdir, name + '.json'), text);
    summary.push([name, ordering, events.length]);
  }
  for (const s of summary) console.log(s.join('  '));
  process.exit(0);
})();
