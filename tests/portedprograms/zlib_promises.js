const zlib = require('node:zlib');
const { deflate, unzip, unzipSync } = zlib;
const { promisify } = require('node:util');
const input = '.................................';
const cut = Buffer.from('eJzT0yMA', 'base64');
console.log(zlib.crc32('hello'), zlib.crc32('world', zlib.crc32('hello ')));
deflate(input, (err, buffer) => {
  if (err) throw err;
  console.log(unzipSync(buffer).toString());
  const given = Buffer.from('eJzT0yMAAGTvBe8=', 'base64');
  unzip(given, (err, buffer) => {
    if (err) throw err;
    console.log(buffer.toString());
    const do_unzip = promisify(unzip);
    do_unzip(given)
      .then((buf) => console.log(buf.toString()))
      .then(() => do_unzip(cut, { finishFlush: zlib.constants.Z_SYNC_FLUSH }))
      .then((buf) => console.log(buf.toString()))
      .then(() => do_unzip(cut))
      .catch((err) => console.log(err.code, err.errno, err.message));
  });
});
