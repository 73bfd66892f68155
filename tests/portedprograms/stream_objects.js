// NDJSON by Transforms, as in many tutorials.
const { Readable, Transform, Writable, pipeline } = require('node:stream');
class Lines extends Transform {
  constructor() { super({ readableObjectMode: true }); this.rest = ''; }
  _transform(chunk, encoding, callback) { const lines = (this.rest + chunk).split('\n'); this.rest = lines.pop(); for (const line of lines) this.push(line); callback(); }
  _flush(callback) { if (this.rest) this.push(this.rest); callback(); }
}
class Parse extends Transform {
  constructor() { super({ objectMode: true }); this.line = 0; }
  _transform(line, encoding, callback) { this.line++; try { callback(null, JSON.parse(line)); } catch (e) { callback(new Error(`line ${this.line} is no JSON`)); } }
}
function play(parts, next) {
  const got = [];
  const parse = new Parse();
  pipeline(Readable.from(parts.map((p) => Buffer.from(p)), { objectMode: false }), new Lines(), parse,
    new Writable({ objectMode: true, highWaterMark: 1, write(o, e, cb) { got.push(o.n); setImmediate(cb); } }),
    (err) => { console.log(err ? err.message : 'done', got.join(), parse.destroyed, parse.readableObjectMode, parse.readableHighWaterMark); next?.(); });
}
play(['{"n":1}\n{"n"', ':2}\n{"n":3}'], () => play(['{"n":1}\nbad\n{"n":2}\n'], () => play([''])));
