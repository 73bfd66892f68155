const { StringDecoder } = require('node:string_decoder');
const { Readable } = require('node:stream');
function parseHeader(stream, callback) {
  stream.on('error', callback);
  stream.on('readable', onReadable);
  const decoder = new StringDecoder('utf8');
  let header = '';
  function onReadable() {
    let chunk;
    while (null !== (chunk = stream.read())) {
      const str = decoder.write(chunk);
      if (str.includes('\n\n')) {
        const split = str.split(/\n\n/);
        header += split.shift();
        const remaining = split.join('\n\n');
        const buf = Buffer.from(remaining, 'utf8');
        stream.removeListener('error', callback);
        stream.removeListener('readable', onReadable);
        if (buf.length) stream.unshift(buf);
        callback(null, header, stream);
        return;
      }
      header += str;
    }
  }
}
const s = new Readable({ read() {} });
parseHeader(s, (err, header, stream) => {
  console.log('header', JSON.stringify(header));
  stream.on('data', (d) => console.log('body', d.toString()));
  stream.on('end', () => console.log('end'));
});
s.push('A: 1\nB: '); s.push('2\n\nbody \n'); setImmediate(() => { s.push('more'); s.push(null); });
