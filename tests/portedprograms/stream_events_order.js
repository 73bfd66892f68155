const { Writable, Readable, Transform } = require('node:stream');
const log = [];
const w = new Writable({ write(c, e, cb) { log.push('write'); setImmediate(cb); }, final(cb) { log.push('final'); cb(); }, destroy(err, cb) { log.push('destroy'); cb(err); } });
for (const name of ['pipe', 'unpipe', 'drain', 'prefinish', 'finish', 'close', 'error']) w.on(name, () => log.push(name));
const r = new Readable({ highWaterMark: 2, read() { this.push(this.n === undefined ? 'abc' : null); this.n = 1; } });
for (const name of ['pause', 'resume', 'end', 'close']) r.on(name, () => log.push('r ' + name));
console.log(r.readableFlowing, r.readableHighWaterMark, w.writableHighWaterMark, w.writableLength);
r.pipe(w);
console.log(r.readableFlowing);
w.on('close', () => setImmediate(() => {
  console.log(log.join(' '));
  console.log(w.writable, w.writableEnded, w.writableFinished, w.destroyed, w.closed, w.errored, r.readable, r.readableEnded, r.readableDidRead);
  const t = new Transform({ transform(c, e, cb) { cb(null, c + '!'); }, flush(cb) { this.push('tail'); cb(); } });
  t.on('data', (d) => console.log(d.toString())).on('finish', () => console.log('finish')).on('end', () => console.log('end')).on('close', () => console.log('close'));
  t.write('a'); t.end('b', () => console.log('end callback'));
  try { t.write('late', (e) => console.log('callback', e.code)); } catch (e) { console.log('thrown', e.code); }
  t.on('error', (e) => console.log('error', e.code));
}));
