const { Readable, Writable, PassThrough, isErrored, isDisturbed, isReadable } = require('node:stream');
const source = Readable.from(['a', 'b', 'c'], { objectMode: false });
const slow = [], fast = [];
const a = new Writable({ highWaterMark: 1, write(c, e, cb) { setTimeout(() => { slow.push(c.toString()); cb(); }, 1); } });
const b = new Writable({ write(c, e, cb) { fast.push(c.toString()); cb(); } });
source.pipe(a); source.pipe(b);
console.log(isDisturbed(source), isReadable(source), isErrored(source));
let left = 2;
for (const s of [a, b]) s.on('finish', () => { if (--left === 0) { console.log(slow.join(), fast.join(), isDisturbed(source), isReadable(source)); next(); } });
function next() {
  const r = new Readable({ read() {} });
  const w = new PassThrough();
  r.pipe(w);
  w.on('unpipe', (src) => console.log('unpipe', src === r));
  w.on('error', (e) => console.log('error', e.message));
  r.push('x');
  setImmediate(() => { console.log(w.read().toString()); r.unpipe(w); r.push('y'); setImmediate(() => { console.log(w.read(), r.readableFlowing, r.readableLength); w.destroy(new Error('over')); r.pipe(new PassThrough()).on('data', (d) => { console.log(d.toString()); }); }); });
}
