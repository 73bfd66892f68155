const { pipeline } = require('node:stream/promises');
const { Readable, Writable } = require('node:stream');
async function run() {
  const out = [];
  await pipeline(
    Readable.from(['the quick ', 'brown fox']),
    async function* (source, { signal }) {
      source.setEncoding('utf8');
      for await (const chunk of source) yield chunk.toUpperCase();
    },
    new Writable({ decodeStrings: false, write(c, e, cb) { out.push(c); cb(); } }),
  );
  console.log('Pipeline succeeded.', out.join('|'));
  const value = await pipeline(
    async function* ({ signal }) { yield 'a'; yield 'b'; },
    async (source) => { let s = ''; for await (const x of source) s += x; return s; },
  );
  console.log(value);
}
run().catch(console.error);
