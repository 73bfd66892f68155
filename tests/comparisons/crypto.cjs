'use strict';
const crypto = require('crypto');

const LISTED = ['md5', 'SHA1', 'sha-1', 'sha224', 'sha256', 'RSA-SHA256', 'sha2-384', 'sha512', 'sha512-256', 'RSA-SHA512/224', 'sha3-256', 'sha256WithRSAEncryption',
  'id-rsassa-pkcs1-v1_5-with-sha3-512', 'shake128', 'shake-256', 'blake2b512', 'blake2s-256', 'ssl3-md5', 'RSA-SHA1-2'];
const TEXTS = ['', 'a', 'Grüße', 'x'.repeat(1000)];
/** What functions return or raise. */
const each = (functions) => functions.map((run) => {
  try {
    return run();
  } catch (error) {
    return [error.name, error.code, error.message];
  }
});
/** What events of a stream bring, until it closes. */
const eventsOf = (stream, ...names) => new Promise((resolve) => {
  const seen = [];
  for (const name of names) stream.on(name, (value) => seen.push(value instanceof Error ? [name, value.code] : value === undefined ? [name] : [name, value]));
  stream.on('close', () => resolve(seen));
});
const called = (run) => new Promise((resolve) => run((error, value) => resolve([error ? [error.name, error.code, error.message] : null, value instanceof ArrayBuffer ? Buffer.from(value) : value])));

module.exports = {
  createHash: () => LISTED.flatMap((name) => TEXTS.map((text) => crypto.createHash(name).update(text).digest('hex'))),
  createHmac: () => LISTED.filter((name) => !name.startsWith('shake')).flatMap((name) => TEXTS.map((text) => crypto.createHmac(name, text + 'key').update(text).digest('hex'))),
  hash: () => LISTED.flatMap((name) => TEXTS.map((text) => crypto.hash(name, text))),
  getHashes: () => ['sha256', 'RSA-SHA512', 'sha3-384', 'shake128', 'md5', 'sha-256', 'sha512-256', 'nowhere', 'SHA256'].map((name) => crypto.getHashes().includes(name)),
  encodingsOfADigest: () => ['hex', 'HEX', 'base64', 'base64url', 'latin1', 'binary', undefined, null, 'buffer', 'nowhere', 5].map((encoding) => crypto.createHash('sha1').update('a').digest(encoding)),
  encodingsOfInput: () => each(['6162', 'abc', 'YWJj', 'é'].flatMap((text) => ['hex', 'base64', 'latin1', 'utf8', 'utf16le', 'nowhere'].map((encoding) => () => crypto.createHash('md5').update(text, encoding).digest('hex')))),
  theClasses: () => [crypto.createHash('md5') instanceof crypto.Hash, crypto.createHmac('md5', 'k') instanceof crypto.Hmac, crypto.createHash('md5') instanceof require('stream').Transform, new crypto.Hash('md5').digest('hex')],
  copy: () => {
    const one = crypto.createHash('md5').update('a');
    const two = one.copy();
    one.update('b');
    const short = crypto.createHash('shake128', { outputLength: 3 }).copy();
    return [one.digest('hex'), two.digest('hex'), short.digest('hex'), crypto.createHash('shake128').copy({ outputLength: 5 }).digest('hex')];
  },
  aDigestIsGivenOnce: () => {
    const one = crypto.createHash('md5');
    const two = crypto.createHmac('md5', 'k');
    one.digest();
    two.digest();
    return each([() => one.digest(), () => one.update('a'), () => one.copy(), () => two.digest(), () => two.digest('hex'), () => two.update('a')]);
  },
  outputLength: () => each([0, 1, 16, 20, 100, 1.5, -1, '5', 2 ** 32, NaN].flatMap((outputLength) => [
    ...['shake128', 'shake256', 'sha1'].map((name) => () => crypto.createHash(name, { outputLength }).update('a').digest('hex')),
    () => crypto.hash('shake128', 'a', { outputLength }),
  ].filter(() => outputLength !== 2 ** 32 || true))),
  wrongHashes: () => each([
    () => crypto.createHash('nowhere'), () => crypto.createHash(5), () => crypto.createHash(), () => crypto.createHash('md5').update(5), () => crypto.createHash('md5').update(),
    () => crypto.createHmac('nowhere', 'k'), () => crypto.createHmac(5, 'k'), () => crypto.createHmac('md5'), () => crypto.createHmac('md5', 5), () => crypto.createHmac('md5', 'k').update({}),
    () => crypto.hash('nowhere', 'a'), () => crypto.hash(5, 'a'), () => crypto.hash('md5', 5), () => crypto.hash('md5'),
    () => crypto.hash('md5', 'a', 5), () => crypto.hash('md5', 'a', 'nowhere'), () => crypto.hash('md5', 'a', { outputEncoding: 5 }),
    () => crypto.hash('sha1', 'a', { outputLength: 4 }), () => crypto.hash('sha1', 'a', { outputLength: 20 }),
  ]),
  hashTakesAnEncoding: () => [...['hex', 'BASE64', 'latin1', 'buffer'].flatMap((name) => [crypto.hash('sha1', 'abc', name), crypto.hash('sha1', 'abc', { outputEncoding: name })]), crypto.hash('md5', Buffer.from('a'), {})],
  theKeyOfAnHmac: () => [crypto.createHmac('md5', '6161', { encoding: 'hex' }).digest('hex'), crypto.createHmac('md5', Buffer.from('aa')).digest('hex'), crypto.createHmac('md5', '').digest('hex'), crypto.createHmac('md5', 'é', { encoding: 'latin1' }).digest('hex')],
  aHashIsAStream: () => {
    const stream = crypto.createHash('sha256');
    stream.write('a');
    stream.write('62', 'hex');
    stream.end(Buffer.from('c'));
    return eventsOf(stream, 'data', 'end', 'finish', 'error');
  },
  anHmacIsAStream: () => {
    const stream = crypto.createHmac('sha256', 'k');
    stream.setEncoding('hex');
    stream.end('abc');
    return eventsOf(stream, 'data', 'end', 'finish', 'error');
  },
  optionsOfTheStream: () => Promise.all([
    eventsOf(crypto.createHash('md5', { encoding: 'base64', highWaterMark: 5 }).end('a'), 'data'),
    eventsOf(crypto.createHash('shake128', { outputLength: 4, defaultEncoding: 'hex' }).end('61'), 'data'),
  ]),
  aStreamIsDigestedByHand: async () => {
    const stream = crypto.createHash('md5');
    stream.update('a');
    stream.end('b');
    const seen = await eventsOf(stream, 'data', 'end');
    return [seen, ...each([() => stream.digest('hex'), () => stream.update('c'), () => stream.digest()])];
  },
  writingToWhatHasBeenDigested: () => {
    const stream = crypto.createHash('md5');
    stream.digest();
    stream.write('a');
    return eventsOf(stream, 'data', 'end', 'error');
  },
  timingSafeEqual: () => each([
    () => crypto.timingSafeEqual(Buffer.from('ab'), Buffer.from('ab')), () => crypto.timingSafeEqual(Buffer.from('ab'), Buffer.from('ac')), () => crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('ab')),
    () => crypto.timingSafeEqual('a', 'a'), () => crypto.timingSafeEqual(Buffer.from('a'), 'a'), () => crypto.timingSafeEqual(),
  ]),
  randomBytes: async () => [
    crypto.randomBytes(0).length, crypto.randomBytes(33).length, crypto.pseudoRandomBytes(7).length, crypto.randomBytes(1.5).length, crypto.randomBytes(16).equals(crypto.randomBytes(16)),
    await called((callback) => crypto.randomBytes(5, (error, bytes) => callback(error, bytes.length))),
    ...each([-1, '5', 2 ** 31, NaN, undefined, null].map((size) => () => crypto.randomBytes(size))), ...each([() => crypto.randomBytes(5, 5)]),
  ],
  randomFill: async () => {
    const one = Buffer.alloc(40);
    const part = Buffer.alloc(10);
    const results = [crypto.randomFillSync(one) === one, one.equals(Buffer.alloc(40)), crypto.randomFillSync(part, 5).subarray(0, 5), crypto.randomFillSync(Buffer.alloc(4), 1, 0)];
    const three = Buffer.alloc(30);
    results.push(await called((callback) => crypto.randomFill(three, 10, 10, (error, found) => callback(error, [found === three, found.subarray(0, 10), found.subarray(20), found.equals(Buffer.alloc(30))]))));
    results.push(await called((callback) => crypto.randomFill(Buffer.alloc(3), (error, found) => callback(error, found.length))));
    results.push(await called((callback) => crypto.randomFill(Buffer.alloc(3), 3, (error, found) => callback(error, found))));
    return [...results, ...each([
      () => crypto.randomFillSync('a'), () => crypto.randomFillSync(Buffer.alloc(3), 4), () => crypto.randomFillSync(Buffer.alloc(3), -1), () => crypto.randomFillSync(Buffer.alloc(3), 1, 3), () => crypto.randomFillSync(Buffer.alloc(3), '1'),
      () => crypto.randomFillSync(Buffer.alloc(3), 0, '1'), () => crypto.randomFill(Buffer.alloc(3)), () => crypto.randomFill(Buffer.alloc(3), 5, () => 0), () => crypto.randomFill(Buffer.alloc(3), 1, 2, 3), () => crypto.randomFill(5, () => 0),
    ])];
  },
  randomInt: async () => [
    crypto.randomInt(1), crypto.randomInt(5, 6), crypto.randomInt(-3, -2), crypto.randomInt(2 ** 48 - 1) < 2 ** 48, new Set(Array.from({ length: 300 }, () => crypto.randomInt(3))).size,
    await called((callback) => crypto.randomInt(1, callback)), await called((callback) => crypto.randomInt(7, 8, callback)),
    ...each([
      () => crypto.randomInt(), () => crypto.randomInt(0), () => crypto.randomInt(5, 5), () => crypto.randomInt(1.5), () => crypto.randomInt(2 ** 48), () => crypto.randomInt(-5, 2 ** 48 - 1), () => crypto.randomInt('5'), () => crypto.randomInt(3, 'x'),
      () => crypto.randomInt(3, 4, 5), () => crypto.randomInt('1', 5), () => crypto.randomInt(2 ** 53), () => crypto.randomInt(NaN), () => crypto.randomInt(-1), () => crypto.randomInt(null),
    ]),
  ],
  randomUUID: () => {
    const form = /^[0-9a-f]{8}-[0-9a-f]{4}-([47])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    const ids = [crypto.randomUUID(), crypto.randomUUID({ disableEntropyCache: true }), crypto.randomUUIDv7(), crypto.randomUUIDv7({ disableEntropyCache: false })];
    const age = Date.now() - parseInt(ids[2].replace('-', '').slice(0, 12), 16);
    return [...ids.map((id) => form.exec(id)[1]), new Set(ids).size, age >= 0 && age < 60000, ...each([() => crypto.randomUUID(5), () => crypto.randomUUID({ disableEntropyCache: 5 }), () => crypto.randomUUIDv7('a')])];
  },
  pbkdf2: async () => [
    ...['sha1', 'SHA512', 'RSA-SHA256'].flatMap((digest) => [crypto.pbkdf2Sync('password', 'salt', 3, 40, digest), crypto.pbkdf2Sync(Buffer.from('é'), '', 1, 7, digest)]),
    await called((callback) => crypto.pbkdf2('p', 's', 2, 9, 'sha256', callback)), await called((callback) => crypto.pbkdf2('p', 's', 1, 0, 'sha1', callback)),
    ...each([
      () => crypto.pbkdf2Sync('p', 's', 1, 20), () => crypto.pbkdf2Sync('p', 's', 0, 20, 'sha1'), () => crypto.pbkdf2Sync('p', 's', 1, -1, 'sha1'), () => crypto.pbkdf2Sync('p', 's', 1, 0, 'sha1'), () => crypto.pbkdf2Sync('p', 's', 1, 20, 'nowhere'),
      () => crypto.pbkdf2Sync(5, 's', 1, 20, 'sha1'), () => crypto.pbkdf2Sync('p', 5, 1, 20, 'sha1'), () => crypto.pbkdf2Sync('p', 's', 1.5, 20, 'sha1'), () => crypto.pbkdf2Sync('p', 's', '1', 20, 'sha1'), () => crypto.pbkdf2Sync('p', 's', 1, 2 ** 31, 'sha1'),
      () => crypto.pbkdf2('p', 's', 1, 20, 'sha1'), () => crypto.pbkdf2('p', 's', 1, 20, () => 0), () => crypto.pbkdf2('p', 's', 1, 20, 'nowhere', () => 0), () => crypto.pbkdf2('p', 's', 1, 20, 'sha1', 5),
    ]),
  ],
  scrypt: async () => [
    crypto.scryptSync('password', 'salt', 30), crypto.scryptSync('p', Buffer.from('é'), 7, { N: 16, r: 1, p: 1 }), crypto.scryptSync('p', 's', 7, { cost: 32, blockSize: 2, parallelization: 3 }), crypto.scryptSync('p', 's', 0),
    crypto.scryptSync('p', 's', 5, { N: 0, r: 0, p: 0 }), crypto.scryptSync('p', 's', 5, { N: 2 ** 15, maxmem: 64 * 1024 * 1024 }),
    await called((callback) => crypto.scrypt('p', 's', 6, callback)), await called((callback) => crypto.scrypt('p', 's', 6, { N: 64 }, callback)),
    ...each([
      () => crypto.scryptSync('p', 's', 20, { N: 3 }), () => crypto.scryptSync('p', 's', 20, { N: 1 }), () => crypto.scryptSync('p', 's', 20, { cost: 16, N: 16 }), () => crypto.scryptSync('p', 's', 20, { r: 8, blockSize: 8 }),
      () => crypto.scryptSync('p', 's', 20, { p: 1, parallelization: 1 }), () => crypto.scryptSync('p', 's', 20, { N: 2 ** 20 }), () => crypto.scryptSync('p', 's', 20, { maxmem: 5 }), () => crypto.scryptSync('p', 's', 20, { maxmem: 'x' }),
      () => crypto.scryptSync('p', 's', 20, { maxmem: -1 }), () => crypto.scryptSync('p', 's', -1), () => crypto.scryptSync('p', 's', '4'), () => crypto.scryptSync(5, 's', 20), () => crypto.scryptSync('p', 5, 20), () => crypto.scryptSync('p', 's', 20, { N: 'a' }),
      () => crypto.scryptSync('p', 's', 20, { cost: 'a' }), () => crypto.scryptSync('p', 's', 20, { N: -1 }), () => crypto.scryptSync('p', 's', 20, { r: 2 ** 32 }), () => crypto.scryptSync('p', 's', 20, { N: 16, r: 2 ** 30, p: 32 }),
      () => crypto.scryptSync('p', 's', 20, { N: 2 ** 14, r: 16 }), () => crypto.scrypt('p', 's', 20), () => crypto.scrypt('p', 's', 20, {}),
    ]),
  ],
  whereTheMemoryOfScryptEnds: () => [1, 3, 8].flatMap((r) => [1, 2, 5].flatMap((p) => [16, 1024].map((N) => {
    const fits = (maxmem) => each([() => crypto.scryptSync('p', 's', 4, { N, r, p, maxmem }).length])[0] === 4;
    let low = 0, high = 4 * 1024 * 1024;
    while (low + 1 < high) fits((low + high) >> 1) ? high = (low + high) >> 1 : low = (low + high) >> 1;
    return high;
  }))),
  hkdf: async () => [
    ...['sha1', 'SHA512', 'sha3-256'].flatMap((digest) => [1, 20, 33, 300].map((length) => Buffer.from(crypto.hkdfSync(digest, 'key', 'salt', 'info', length)))),
    Buffer.from(crypto.hkdfSync('sha256', '', Buffer.alloc(0), '', 5)), Buffer.from(crypto.hkdfSync('sha1', 'k', 's', 'i', 255 * 20)).subarray(-5),
    await called((callback) => crypto.hkdf('sha256', 'k', 's', 'i', 9, callback)), await called((callback) => crypto.hkdf('sha256', 'k', 's', 'i', 0, callback)),
    ...each([
      () => crypto.hkdfSync('nowhere', 'k', 's', 'i', 20), () => crypto.hkdfSync('sha256', 'k', 's', 'i', 0), () => crypto.hkdfSync('sha256', 'k', 's', 'i', 255 * 32 + 1), () => crypto.hkdfSync('sha256', 'k', 's', 'i'.repeat(1025), 5), () => crypto.hkdfSync('sha256', 'k', 's', 'i'.repeat(1024), 5).byteLength,
      () => crypto.hkdfSync('sha256', 5, 's', 'i', 5), () => crypto.hkdfSync('sha256', 'k', 5, 'i', 5), () => crypto.hkdfSync('sha256', 'k', 's', 5, 5), () => crypto.hkdfSync('sha256', 'k', 's', 'i', -1), () => crypto.hkdfSync('sha256', 'k', 's', 'i', '4'),
      () => crypto.hkdfSync('sha256', 'k', 's', 'i'), () => crypto.hkdfSync(5, 'k', 's', 'i', 5), () => crypto.hkdf('sha256', 'k', 's', 'i', 5), () => crypto.hkdf('nowhere', 'k', 's', 'i', 5, () => 0),
    ]),
  ],
};
