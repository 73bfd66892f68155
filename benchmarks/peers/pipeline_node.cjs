// Readable -> Transform -> Writable in chunks of 64 KiB: node pipeline_node.cjs FORM CHUNKS [FILE]; prints MB/s.
const fs = require('fs');
const { Readable, Transform, Writable, pipeline } = require('stream');
const [form, count, file] = process.argv.slice(2);
const SIZE = 65536, same = Buffer.alloc(SIZE, 'a');
let left = Number(count), bytes = 0;

const make = form === 'made' ? () => Buffer.alloc(SIZE) : () => same;
const source = form === 'file'
  ? fs.createReadStream(file, { highWaterMark: SIZE })
  : new Readable({ read() { this.push(left-- > 0 ? make() : null); } });
const change = form === 'copied'
  ? (chunk, encoding, callback) => callback(null, Buffer.from(chunk))
  : (chunk, encoding, callback) => callback(null, chunk);
const later = form === 'later';
const sink = new Writable({
  write(chunk, encoding, callback) {
    bytes += chunk.length;
    if (later) process.nextTick(callback);
    else callback();
  },
});
const start = process.hrtime.bigint();
pipeline(source, new Transform({ transform: change }), sink, (error) => {
  if (error) throw error;
  console.log(bytes / Number(process.hrtime.bigint() - start) * 1000);
});
