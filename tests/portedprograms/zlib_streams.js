const zlib = require('node:zlib');
const { finished, pipeline, Readable } = require('node:stream');
const gunzip = zlib.createGunzip();
gunzip.on('error', (e) => console.log('error', e.code, e.errno, e.message)).on('close', () => { console.log('close'); next(); });
gunzip.end('not gzip');
function next() {
  const gzip = zlib.createGzip({ level: 9 });
  const out = [];
  gzip.on('data', (d) => out.push(d));
  gzip.write('first', () => {
    gzip.flush(() => {
      console.log(zlib.gunzipSync(Buffer.concat(out), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).toString());
      gzip.end('second');
    });
  });
  gzip.on('end', () => {
    const all = Buffer.concat(out);
    console.log(zlib.gunzipSync(all).toString(), gzip.bytesWritten);
    console.log(zlib.gunzipSync(Buffer.concat([all, all])).toString());
    try { zlib.gunzipSync(all.subarray(0, -3)); } catch (e) { console.log(e.code, e.message); }
    try { zlib.gunzipSync(zlib.gzipSync(Buffer.alloc(1e6)), { maxOutputLength: 1000 }); } catch (e) { console.log(e.code, e.message); }
    try { zlib.createGzip({ level: 10 }); } catch (e) { console.log(e.code, e.message); }
    const inflate = zlib.createInflateRaw();
    pipeline(Readable.from([zlib.deflateRawSync('x'.repeat(100000))]), inflate, async (source) => { let n = 0; for await (const c of source) n += c.length; return n; }, (err, n) => console.log(err, n));
  });
}
