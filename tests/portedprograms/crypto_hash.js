const { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual, getHashes, pbkdf2Sync, scryptSync, randomInt } = require('node:crypto');
const fs = require('node:fs');
const { pipeline } = require('node:stream/promises');
const { Readable } = require('node:stream');
const hash = createHash('sha256');
hash.on('readable', () => {
  const data = hash.read();
  if (data) console.log(data.toString('hex'));
});
hash.write('some data to hash');
hash.end();
console.log(createHmac('sha256', 'a secret').update('some data to hash').digest('hex'));
console.log(createHash('md5').update('a').update(Buffer.from('b')).digest('base64'), createHash('sha1').update('é', 'latin1').digest('hex'));
const h = createHash('sha1'); h.update('one'); const copy = h.copy(); console.log(copy.digest('hex') === createHash('sha1').update('one').digest('hex'));
try { h.digest(); h.update('x'); } catch (e) { console.log(e.code, e.message); }
try { createHash('nope'); } catch (e) { console.log(e.code ?? 'None', e.message); }
console.log(randomBytes(16).length, /^[0-9a-f-]{36}$/.test(randomUUID()), timingSafeEqual(Buffer.from('a'), Buffer.from('a')), randomInt(3) < 3);
try { timingSafeEqual(Buffer.from('a'), Buffer.from('ab')); } catch (e) { console.log(e.code, e.message); }
console.log(pbkdf2Sync('secret', 'salt', 1000, 16, 'sha512').toString('hex'), scryptSync('password', 'salt', 8).toString('hex'));
(async () => {
  const sum = createHash('sha256');
  await pipeline(Readable.from(['a', 'b']), sum);
  console.log(sum.digest ? sum.read().toString('hex').slice(0, 8) : '');
  randomBytes(8, (err, buf) => { console.log(err, buf.length); });
})();
