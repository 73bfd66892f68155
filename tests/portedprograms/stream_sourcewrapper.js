const { Readable } = require('node:stream');
function getLowLevelSourceObject() {
  let n = 0, stopped = true;
  return {
    readStart() { if (stopped) { stopped = false; console.log('start'); setImmediate(() => this.go()); } },
    readStop() { stopped = true; console.log('stop'); },
    go() { while (!stopped && n < 6) this.ondata('chunk' + n++); if (n === 6 && !stopped) this.onend(); },
  };
}
class SourceWrapper extends Readable {
  constructor(options) {
    super(options);
    this._source = getLowLevelSourceObject();
    this._source.ondata = (chunk) => { if (!this.push(chunk)) this._source.readStop(); };
    this._source.onend = () => { this.push(null); };
  }
  _read(size) { this._source.readStart(); }
}
const w = new SourceWrapper({ highWaterMark: 12 });
w.on('data', (d) => { console.log('data', d.toString()); w.pause(); setImmediate(() => w.resume()); });
w.on('end', () => console.log('end'));
