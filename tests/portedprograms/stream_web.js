const { Readable, Writable, Duplex } = require('node:stream');
async function main() {
  const readableStream = new ReadableStream({ start(c) { c.enqueue('a'); c.enqueue('b'); c.close(); } });
  const readable = Readable.fromWeb(readableStream, { encoding: 'utf8', objectMode: true });
  for await (const x of readable) console.log(x);
  const got = [];
  const writableStream = Writable.toWeb(new Writable({ write(c, e, cb) { got.push(c.toString()); cb(); } }));
  const writer = writableStream.getWriter();
  await writer.write('chunk');
  await writer.close();
  console.log(got);
  const web = Readable.toWeb(Readable.from(['x', 'y']));
  for await (const x of web) console.log(x);
}
main();
