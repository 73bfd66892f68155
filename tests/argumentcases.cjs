// Plays every case of data/arguments/calls.json and prints, as JSON, what Node makes of it:
//   node --expose-internals --no-warnings argumentcases.cjs > data/arguments/answers.json
// A case is one call in which one argument, or one option, is replaced by an odd value. Handles do nothing, and names
// are never looked up, so that nothing but the arguments decides. argumentcases.py plays the same cases in Python.
'use strict';
const util = require('util');
const { internalBinding } = require('internal/test/binding');
const { determineSpecificType } = require('internal/errors');

const nothing = () => 0;
process._kill = nothing;
function silence(prototype, names) {
  for (const name of names) prototype[name] = nothing;
}
silence(internalBinding('tcp_wrap').TCP.prototype, ['open', 'connect', 'connect6', 'listen', 'readStart']);
const tcp = internalBinding('tcp_wrap').TCP.prototype;
tcp.bind = tcp.bind6 = function bind(address, port) { this.boundTo = port & 0xffff || 40000; return 0; };
tcp.getsockname = function getsockname(found) { found.port = this.boundTo; return 0; };
silence(internalBinding('pipe_wrap').Pipe.prototype, ['open', 'connect', 'bind', 'listen', 'readStart']);
silence(internalBinding('udp_wrap').UDP.prototype, ['open', 'connect', 'connect6', 'send', 'send6']);
const cares = internalBinding('cares_wrap');
// libuv and c-ares refuse these at once, whatever the network.
const EINVAL = -22, ARES_EINVAL = 'EINVAL';
cares.getaddrinfo = (request, name) => name.isWellFormed() ? 0 : EINVAL;
cares.getnameinfo = nothing;
for (const name of Object.getOwnPropertyNames(cares.ChannelWrap.prototype))
  if (/^query/.test(name)) cares.ChannelWrap.prototype[name] = nothing;
cares.ChannelWrap.prototype.getHostByAddr = (request, name) => require('net').isIP(name) ? 0 : ARES_EINVAL;

const modules = { global: globalThis, process };
for (const name of ['async_hooks', 'dgram', 'diagnostics_channel', 'dns', 'events', 'http', 'net', 'querystring',
  'stream', 'string_decoder', 'timers', 'crypto', 'readline']) modules[name] = require(name);
modules.stream.consumers = require('stream/consumers');
modules.stream.web = require('stream/web');
const table = require('./data/arguments/calls.json');

// What ends the process, so that it cannot be played.
const FATAL = new Set(table.fatal);

class K {}
const error = () => { const made = new Error('x'); made.stack = 'Error: x'; return made; };
// The odd values: argumentcases.py has the same names.
const VALUES = {
  undefined: () => undefined, null: () => null, true: () => true, false: () => false,
  0: () => 0, '-1': () => -1, 1: () => 1, 1.5: () => 1.5, NaN: () => NaN, Infinity: () => Infinity,
  '-Infinity': () => -Infinity, 65536: () => 65536, '2**31': () => 2 ** 31, '2**53': () => 2 ** 53,
  empty: () => '', a: () => 'a', 'text 1': () => '1', 'text 1.5': () => '1.5', NUL: () => '\0', surrogate: () => '\ud800',
  check: () => '\u2713', lines: () => 'a\r\nb', address: () => '127.0.0.1', utf8: () => 'utf8',
  '[]': () => [], '[1]': () => [1], '[a]': () => ['a'], '[null]': () => [null], '[undefined]': () => [undefined], '{}': () => ({}), '{a:1}': () => ({ a: 1 }),
  function: () => function f() {}, async: () => async function f() {}, symbol: () => Symbol('s'),
  buffer: () => Buffer.from('ab'), class: () => K, instance: () => new K(), regex: () => /x/, set: () => new Set([1]),
  promise: () => Promise.resolve(1), error, generator: () => (function* f() { yield 1; })(),
  emitter: () => new modules.events.EventEmitter(), signal: () => new AbortController().signal,
  readable: () => new modules.stream.Readable({ read() {} }), writable: () => new modules.stream.Writable({ write() {} }),
};

// What the fixed arguments refer to: argumentcases.py has the same names.
const PROVIDED = {
  unique: () => `channel ${channels++}`,
  f: () => function f() {}, g: () => function g() {}, async: () => async function f() {}, identity: () => (value) => value,
  done: () => (chunk, encoding, callback) => callback(), construct: () => (callback) => callback(),
  destroy: () => (error, callback) => callback(error), list: () => () => [], lookup: () => () => {},
  connector: () => () => new modules.net.Socket(), error, buffer: () => Buffer.from('ab'), symbol: () => Symbol('s'),
  signal: VALUES.signal, map: () => new Map([['a', 'b']]), pid: () => process.pid,
  Incoming: () => modules.http.IncomingMessage, Response: () => modules.http.ServerResponse,
  incomingGet: () => ({ method: 'GET', httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1, headers: {} }),
  callback: (play) => (error) => { if (error instanceof Error) play.note('callback', error); },
};

// How messages show a value that the two languages write differently.
function texts(value) {
  const shown = [`Received ${determineSpecificType(value)}`];
  if (typeof value === 'function' || value instanceof Promise || value instanceof RegExp || value?.next || value?.on ||
      value instanceof AbortSignal) {
    const long = util.inspect(value), one = util.inspect(value, { depth: 0 });
    shown.push(long.length > 128 ? long.slice(0, 128) + '...' : long, one, String(value));
  }
  return shown;
}

const engine = /^(TypeError|RangeError|SyntaxError|ReferenceError)$/;

class Play {
  constructor(value) {
    this.value = value;
    this.outcomes = [];
    this.subjects = {};
  }

  note(how, error) {
    this.outcomes.push(`${how} ${this.describe(error)}`);
  }

  describe(error) {
    if (!(error instanceof Error) && !(error instanceof DOMException)) return `value ${this.shown(error)}`;
    if (error.code === undefined && engine.test(error.name)) return `${error.name} of the engine`;
    let message = String(error.message);
    for (const text of this.texts ??= texts(this.value)) message = message.replaceAll(text, '{V}');
    message = message.replaceAll('Received {V}', '{V}');
    return `${error.name} ${error.code ?? '-'}: ${message}`;
  }

  shown(value) {
    if (value === undefined || value === null) return '';
    if (Buffer.isBuffer(value)) return `<${value.toString('hex')}>`;
    return ['string', 'number', 'boolean'].includes(typeof value) ? `${typeof value} ${value}` : '';
  }

  subject(name) {
    return this.subjects[name] ??= this.make(name);
  }

  make(name) {
    if (name in PROVIDED) return PROVIDED[name](this);
    const [[first, ...args], ...steps] = table.subjects[name];
    const made = this.call(first, args);
    for (const [method, ...more] of steps) made[method](...this.filled(more));
    if (!table.bare.includes(name)) this.listen(made);
    return made;
  }

  listen(made) {
    if (made instanceof modules.events.EventEmitter && made !== process && made !== this.value)
      made.on('error', (error) => this.note('error', error));
  }

  filled(value) {
    if (typeof value === 'string' && value.startsWith('$')) return this.subject(value.slice(1));
    if (Array.isArray(value)) return value.map((each) => this.filled(each));
    if (value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.filled(each)]));
  }

  // The function that a path names, bound to what it is a method of; or, behind "new", what makes an instance.
  callee(path) {
    const isNew = path.startsWith('new ');
    const [first, ...rest] = path.replace('new ', '').split('.');
    const last = rest.pop();
    const owner = rest.reduce((object, name) => object[name], modules[first] ?? this.subject(first));
    return isNew ? (...args) => new owner[last](...args) : (...args) => owner[last](...args);
  }

  call(path, args) {
    return this.callee(path)(...this.filled(args));
  }
}

// Ports are taken for real: the next case wants the same.
function closeDatagrams(socket) {
  if (!(socket instanceof modules.dgram.Socket)) return;
  try {
    socket.close();
  } catch {} // it is closed
}

async function play(entry, place, value) {
  const one = new Play(value);
  current = one;
  const { call: [path, ...args], after = [] } = entry;
  const callee = one.callee(path), given = one.filled(args);
  await turn(); // what was made has settled
  if (place.length) place.slice(0, -1).reduce((where, step) => where[step], given)[place.at(-1)] = value;
  let result;
  try {
    result = callee(...given);
  } catch (error) {
    one.note('throw', error);
  }
  if (typeof result?.then === 'function' && result !== value) result.then(() => {}, (error) => one.note('reject', error));
  else if (result?.[Symbol.asyncIterator] && typeof result.next === 'function') result.next().then(() => {}, (error) => one.note('reject', error));
  else if (result !== value && !Object.values(one.subjects).includes(result)) one.listen(result);
  const returned = one.shown(result);
  await turn();
  for (const each of new Set([result, ...Object.values(one.subjects)])) closeDatagrams(each);
  one.outcomes.sort();
  const text = one.outcomes.join('; ') || (returned ? `returns ${returned}` : 'ok');
  for (const [path, ...more] of after) one.call(path, more);
  return text;
}

let channels = 0;
const turn = async () => { for (let i = 0; i < 4; i++) await new Promise(modules.timers.setImmediate); };
let current;
process.on('uncaughtException', (error) => current.note('uncaught', error));
process.on('unhandledRejection', () => {});

function* places(args) {
  for (const [index, value] of args.entries()) {
    yield [index];
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) yield* options(value, [index]);
  }
}

function* options(bag, path) {
  for (const [name, value] of Object.entries(bag)) {
    yield [...path, name];
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) yield* options(value, [...path, name]);
  }
}

async function record(entry) {
  const found = { '': { [await play(entry, [], 'unused')]: ['the call itself'] } };
  for (const place of places(entry.call.slice(1))) {
    const byOutcome = {};
    for (const [name, make] of Object.entries(VALUES)) {
      const label = `${entry.call[0]} ${place.join('.')} ${name}`;
      // The last line is the case that ended the process: for the table's "fatal".
      if (process.env.TRACE) require('fs').writeSync(2, `CASE ${label}
`);
      const outcome = FATAL.has(label) ? 'the process aborts' : await play(entry, place, make());
      (byOutcome[outcome] ??= []).push(name);
    }
    found[place.join('.')] = byOutcome;
  }
  return found;
}

function write(received, calls) {
  const line = (outcomes) => Object.entries(outcomes).map(([text, names]) => `${JSON.stringify(text)}: ${JSON.stringify(names.join(' | '))}`).join(',\n    ');
  const block = (places) => Object.entries(places).map(([place, outcomes]) => `   ${JSON.stringify(place)}: {${line(outcomes)}}`).join(',\n');
  const all = Object.entries(calls).map(([name, places]) => `  ${JSON.stringify(name)}: {\n${block(places)}\n  }`).join(',\n');
  process.stdout.write(`{"received": ${JSON.stringify(received)},\n "calls": {\n${all}\n }}\n`, () => process.exit());
}

async function main() {
  const received = Object.fromEntries(Object.entries(VALUES).map(([name, make]) => [name, determineSpecificType(make())]));
  const calls = {};
  for (const [module, entries] of Object.entries(table.calls))
    for (const entry of entries.map((each) => Array.isArray(each) ? { call: each } : each)) {
      const name = `${module}: ${JSON.stringify(entry.call)}`;
      calls[name] = await record(entry);
    }
  write(received, calls);
}
main().catch((error) => { console.error(error); process.exit(1); });
