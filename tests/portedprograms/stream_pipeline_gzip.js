const { pipeline } = require('node:stream');
const fs = require('node:fs');
const zlib = require('node:zlib');
fs.writeFileSync(__filename + '.tar', 'archive '.repeat(1000));
pipeline(
  fs.createReadStream(__filename + '.tar'),
  zlib.createGzip(),
  fs.createWriteStream(__filename + '.tar.gz'),
  (err) => {
    if (err) console.error('Pipeline failed.', err);
    else console.log('Pipeline succeeded.');
    console.log(zlib.gunzipSync(fs.readFileSync(__filename + '.tar.gz')).length);
    fs.unlinkSync(__filename + '.tar'); fs.unlinkSync(__filename + '.tar.gz');
    pipeline(fs.createReadStream(__filename + '.tar'), zlib.createGzip(), fs.createWriteStream(__filename + '.gz'), (e) => {
      console.log(e.code, e.syscall);
      fs.rmSync(__filename + '.gz', { force: true });
    });
  },
);
