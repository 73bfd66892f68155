const { finished } = require('node:stream/promises');
const { finished: finishedCb, Readable, PassThrough } = require('node:stream');
async function main() {
  const rs = Readable.from(['x']);
  rs.resume();
  await finished(rs);
  console.log('Stream is done reading.');
  const bad = new PassThrough();
  finishedCb(bad, (err) => { console.log(err ? `failed ${err.code}` : 'fine'); });
  bad.destroy();
  const worse = new PassThrough();
  setImmediate(() => worse.destroy(new Error('kaput')));
  await finished(worse).catch((e) => console.log(e.message));
}
main();
