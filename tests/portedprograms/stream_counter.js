const { Readable } = require('node:stream');
class Counter extends Readable {
  constructor(opt) { super(opt); this._max = 10; this._index = 1; }
  _read() {
    const i = this._index++;
    if (i > this._max) this.push(null);
    else { const str = String(i); const buf = Buffer.from(str, 'ascii'); this.push(buf); }
  }
}
new Counter({ highWaterMark: 2 }).on('data', (d) => console.log(d.toString())).on('close', () => console.log('close'));
