const fs = require('node:fs');
const { pipeline } = require('node:stream/promises');
const file = __filename + '.data';
async function main() {
  const w = fs.createWriteStream(file);
  for (let i = 0; i < 5; i++) w.write('x'.repeat(30000));
  w.end();
  await new Promise((resolve) => w.on('close', resolve));
  const sizes = [];
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 64 * 1024 })) sizes.push(chunk.length);
  console.log(sizes.join(), w.bytesWritten);
  const patch = fs.createWriteStream(file, { flags: 'r+', start: 2 });
  patch.end('YY');
  await new Promise((resolve) => patch.on('finish', resolve));
  const r = fs.createReadStream(file, { encoding: 'utf8', start: 0, end: 5 });
  for await (const text of r) console.log(text, r.bytesRead, r.path === file);
  const ac = new AbortController();
  const aborted = fs.createReadStream(file, { signal: ac.signal });
  aborted.on('error', (e) => console.log(e.name, e.code)).on('close', () => console.log('closed'));
  ac.abort();
  await new Promise((resolve) => aborted.on('close', resolve));
  const handle = await fs.promises.open(file);
  console.log(typeof handle.fd);
  await pipeline(handle.createReadStream({ start: 10, end: 12 }), async (source) => { for await (const c of source) console.log(c.toString()); });
  try { await handle.stat(); } catch (e) { console.log(e.code); }
  const dir = await fs.promises.opendir(require('node:path').dirname(file));
  let found = false; for await (const entry of dir) if (file.endsWith(entry.name) && entry.isFile()) found = true;
  console.log(found);
  await fs.promises.unlink(file);
  fs.createReadStream(file).on('error', (e) => console.log(e.code, e.syscall, e.path === file)).on('close', () => console.log('close'));
  try { fs.createReadStream(file, { start: 5, end: 2 }); } catch (e) { console.log(e.code, e.message); }
  try { fs.createReadStream(file, { start: 'x' }); } catch (e) { console.log(e.code, e.message); }
}
main();
