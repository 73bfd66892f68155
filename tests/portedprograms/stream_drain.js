const { Writable } = require('node:stream');
const writer = new Writable({ highWaterMark: 16, write(chunk, encoding, callback) { setImmediate(callback); } });
let drains = 0;
function writeManyTimes(writer, data, encoding, callback) {
  let i = 100;
  write();
  function write() {
    let ok = true;
    do {
      i--;
      if (i === 0) {
        writer.write(data, encoding, callback);
      } else {
        ok = writer.write(data, encoding);
      }
    } while (i > 0 && ok);
    if (i > 0) {
      drains++;
      writer.once('drain', write);
    }
  }
}
writeManyTimes(writer, 'abcd', 'utf8', (err) => { console.log('done', err, drains, writer.writableLength, writer.writableNeedDrain); });
