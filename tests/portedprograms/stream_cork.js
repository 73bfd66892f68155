const { Writable } = require('node:stream');
const stream = new Writable({
  writev(chunks, callback) { console.log('writev', chunks.map((c) => c.chunk.toString()).join('|')); callback(); },
  write(chunk, encoding, callback) { console.log('write', chunk.toString()); callback(); },
});
stream.cork();
stream.write('some ');
stream.cork();
stream.write('data ');
process.nextTick(() => {
  stream.uncork();
  console.log('corked', stream.writableCorked);
  // The data will not be flushed until uncork() is called a second time.
  stream.uncork();
  console.log('corked', stream.writableCorked);
  stream.end('last');
});
stream.on('finish', () => console.log('finish'));
