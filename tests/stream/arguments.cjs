// Plays one wrong argument after the other for the functions of stream and events, as test_arguments.py does, and
// prints what came of each.   node arguments.cjs > ../data/stream-arguments.json
'use strict';
const S = require('stream'), { EventEmitter, once, on } = require('events'), sp = require('stream/promises');
const { Readable, Writable, Duplex, Transform, PassThrough } = S;

const values = {
  one: 1, x: 'x', true: true, false: false, zero: 0, empty: '', array: [], array1: [1], function: () => {},
  symbol: Symbol('s'), object: {}, bytes: Buffer.from('x'), instance: new (class K {})(), nan: NaN,
};
const log = {};
const note = (name, value, what) => { (log[name] ??= {})[value] = what; };
const word = (e) => String((e && (e.code || e.name)) ?? e);
const A = () => Readable.from([1, 2]);
const R = () => new Readable({ read() {} });
const W = () => new Writable({ write(c, e, cb) { cb(); } }).on('error', () => {});
const P = () => new PassThrough({ objectMode: true });
const raised = (stream, call) => new Promise((resolve) => {
  stream.on('error', (e) => resolve('error ' + (typeof e === 'object' && e && e.code ? e.code : 'told')));
  call(stream);
  setImmediate(() => setImmediate(() => resolve('no error')));
});

const functions = {
  Readable: (o) => void new Readable(o), Writable: (o) => void new Writable(o), Duplex: (o) => void new Duplex(o),
  Transform: (o) => void new Transform(o), PassThrough: (o) => void new PassThrough(o),
  EventEmitter: (o) => void new EventEmitter(o), duplexPair: (o) => void S.duplexPair(o),
  from: (o) => void Readable.from([1], o), iterator: (o) => void A().iterator(o), pipe: (o) => void A().pipe(P(), o),
  map: (o) => void A().map((x) => x, o), filter: (o) => void A().filter((x) => x, o),
  flatMap: (o) => void A().flatMap((x) => [x], o), drop: (o) => void A().drop(1, o), take: (o) => void A().take(1, o),
  compose: (o) => void A().compose(P(), o), forEach: (o) => A().forEach((x) => x, o), some: (o) => A().some((x) => x, o),
  every: (o) => A().every((x) => x, o), find: (o) => A().find((x) => x, o), reduce: (o) => A().reduce((a, b) => a, 0, o),
  toArray: (o) => A().toArray(o), finished: (o) => void S.finished(A().resume(), o, () => {}),
  'promises.finished': (o) => sp.finished(A().resume(), o), cleanup: (o) => sp.finished(A().resume(), { cleanup: o }),
  once: (o) => { const e = new EventEmitter(), p = once(e, 'x', o); e.emit('x'); return p; },
  on: (o) => void on(new EventEmitter(), 'x', o), 'on close': (o) => void on(new EventEmitter(), 'x', { close: o }),
  'on highWaterMark': (o) => void on(new EventEmitter(), 'x', { highWaterMark: o }),
  'once emitter': (o) => once(o, 'x'), 'on emitter': (o) => void on(o, 'x'),
  'Readable.toWeb': (o) => void Readable.toWeb(A(), o), 'Readable.fromWeb': (o) => void Readable.fromWeb(new ReadableStream(), o),
  'Writable.fromWeb': (o) => void Writable.fromWeb(new WritableStream(), o),
  'Duplex.fromWeb': (o) => void Duplex.fromWeb(new TransformStream(), o), 'Duplex.toWeb': (o) => void Duplex.toWeb(P(), o),
  'map function': (o) => void A().map(o), 'forEach function': (o) => A().forEach(o), 'reduce function': (o) => A().reduce(o),
  'drop count': (o) => void A().drop(o), 'take count': (o) => void A().take(o), concurrency: (o) => void A().map((x) => x, { concurrency: o }),
  'map highWaterMark': (o) => void A().map((x) => x, { highWaterMark: o }), 'map signal': (o) => void A().map((x) => x, { signal: o }),
  setEncoding: (o) => void A().setEncoding(o), setDefaultEncoding: (o) => void W().setDefaultEncoding(o),
  'addAbortSignal signal': (o) => void S.addAbortSignal(o, A()),
  'addAbortSignal stream': (o) => void S.addAbortSignal(new AbortController().signal, o),
  'compose first': (o) => void S.compose(o), 'compose second': (o) => void S.compose(A(), o), 'Duplex.from': (o) => void Duplex.from(o),
  'Readable.from': (o) => void Readable.from(o), 'finished callback': (o) => void S.finished(A(), o),
  'finished stream': (o) => void S.finished(o, () => {}), 'pipeline source': (o) => void S.pipeline(o, P(), () => {}),
  'pipeline destination': (o) => void S.pipeline(A(), o, () => {}), 'pipeline callback': (o) => void S.pipeline(A(), P(), o),
  isReadable: (o) => String(S.isReadable(o)), isWritable: (o) => String(S.isWritable(o)), isErrored: (o) => String(S.isErrored(o)),
  isDisturbed: (o) => String(S.isDisturbed(o)), write: (o) => void W().write(o), 'write encoding': (o) => void W().write('x', o),
  'write callback': (o) => void W().write('x', 'utf8', o), end: (o) => void W().end(o), 'end callback': (o) => void W().end('x', 'utf8', o),
  push: (o) => raised(R(), (r) => r.push(o)), 'push encoding': (o) => raised(R(), (r) => r.push('ab', o)),
  unshift: (o) => raised(R(), (r) => r.unshift(o)), 'unshift encoding': (o) => raised(R(), (r) => r.unshift('ab', o)),
  read: (o) => { const r = R(); r.push('abcdef'); r.push('gh'); return String(r.read(o)); },
  highWaterMark: (o) => void new Readable({ highWaterMark: o }), encoding: (o) => void new Readable({ encoding: o }),
  'writable defaultEncoding': (o) => void new Writable({ defaultEncoding: o }),
  'readable defaultEncoding': (o) => void new Readable({ defaultEncoding: o }), signal: (o) => void new Readable({ signal: o }),
  'emitter.on': (o) => void new EventEmitter().on('x', o), 'emitter.off': (o) => void new EventEmitter().off('x', o),
  setMaxListeners: (o) => void new EventEmitter().setMaxListeners(o), unpipe: (o) => void A().unpipe(o),
  destroy: (o) => raised(R(), (r) => r.destroy(o)), 'destroy callback': (o) => raised(R(), (r) => r.destroy(null, o)),
  'error of _write': (o) => raised(new Writable({ write(c, e, cb) { cb(o); } }), (w) => w.write('x')),
  'error of _final': (o) => raised(new Writable({ final(cb) { cb(o); } }), (w) => w.end()),
  'error of _destroy': (o) => raised(new Writable({ destroy(e, cb) { cb(o); } }), (w) => w.destroy()),
  'error of _construct': (o) => raised(new Writable({ construct(cb) { cb(o); } }), () => {}),
  'error of _transform': (o) => raised(new Transform({ transform(c, e, cb) { cb(o); } }), (t) => t.write('x')),
  'error of _flush': (o) => raised(new Transform({ flush(cb) { cb(o); } }), (t) => t.end()),
};

const waiting = [];
for (const [name, call] of Object.entries(functions)) for (const [value, o] of Object.entries(values)) {
  try {
    const result = call(o);
    if (result instanceof Promise) {
      waiting.push(result.then((r) => note(name, value, typeof r === 'string' ? r : 'resolves'), (e) => note(name, value, 'rejects ' + word(e))));
    } else note(name, value, result ?? 'ok');
  } catch (e) {
    note(name, value, 'throws ' + word(e));
  }
}
Promise.all(waiting).then(() => {
  const rows = Object.keys(functions).map((name) => `${JSON.stringify(name)}: ${JSON.stringify(log[name], Object.keys(values))}`);
  console.log(`{\n${rows.join(',\n')}\n}`);
  process.exit();
});
