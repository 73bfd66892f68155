const { deflate, unzip, unzipSync, deflateSync } = require('node:zlib');
const { promisify } = require('node:util');
const input = '.................................';
deflate(input, (err, buffer) => {
  if (err) { console.error('An error occurred:', err); process.exitCode = 1; }
  console.log(unzipSync(buffer).toString());
});
const buffer = Buffer.from('eJzT0yMAAGTvBe8=', 'base64');
unzip(buffer, (err, buffer) => {
  if (err) { console.error('An error occurred:', err); process.exitCode = 1; }
  console.log(buffer.toString());
});
const do_unzip = promisify(unzip);
do_unzip(buffer)
  .then((buf) => console.log(buf.toString()))
  .catch((err) => { console.error('An error occurred:', err); process.exitCode = 1; });
const zlib = require('node:zlib');
const cut = Buffer.from('eJzT0yMA', 'base64');
zlib.unzip(cut, { finishFlush: zlib.constants.Z_SYNC_FLUSH }, (err, buffer) => { console.log(err, buffer.toString()); });
zlib.unzip(cut, (err) => console.log(err.code, err.errno, err.message));
console.log(zlib.crc32('hello'), zlib.crc32('world', zlib.crc32('hello ')));
