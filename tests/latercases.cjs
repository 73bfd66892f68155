// Random data for Brotli and Zstandard, with what Node makes of it: node latercases.cjs SEED COUNT
// One line of JSON per case: [function, data, options, result], as in zlibcases.cjs. Nothing follows Brotli's data: see
// docs/departures.md.
'use strict';
const zlib = require('zlib');
const { random, pick } = require('./random.cjs');

const list = (most, make) => Array.from({ length: random(most + 1) }, make);
const plain = () => {
  const words = list(6, () => Buffer.from(list(12, () => random(256)))).concat(Buffer.from('some words '));
  return Buffer.concat(list(pick([3, 20, 200]), () => pick(words)));
};
const PARAMS = { brotli: [[0, [0, 1, 2, 7]], [1, [0, 1, 5, 9, 11, 20, true]], [2, [10, 16, 24, 50]], [3, [0, 16, 20, 99]], [5, [100]], [9, [1]], [-1, [1]], ['x', [1]], [1, ['1']]],
  zstd: [[100, [1, 3, 9, 19, -5, 22]], [101, [10, 20, 50]], [107, [1, 5, 9]], [200, [0, 1, false]], [201, [0, 1, true]], [1, [1]], [-1, [1]], [500, [1]], [100, ['1']]] };
const OPTIONS = { chunkSize: () => pick([64, 1000, 63]), finishFlush: () => pick([0, 1, 2, 7]), maxOutputLength: () => pick([1, 10, 1000, 1e6, 0]), rejectGarbageAfterEnd: () => pick([true, false, 5]) };
const paramsOf = (kind) => Object.fromEntries(list(2, () => pick(PARAMS[kind])).map(([key, values]) => [key, pick(values)]));
const options = () => Object.fromEntries(list(2, () => pick(Object.keys(OPTIONS))).map((name) => [name, OPTIONS[name]()]));
function damaged(data, kind, other) {
  const found = Buffer.from(data);
  switch (random(kind === 'zstd' ? 7 : 5)) {
    case 0: return found.subarray(0, random(found.length + 1));
    case 1: if (found.length) found[random(Math.min(12, found.length))] = random(256); return found;
    case 2: if (found.length) found[found.length - 1 - random(Math.min(9, found.length))] ^= 1 << random(8); return found;
    case 5: return Buffer.concat([found, pick([Buffer.alloc(3), Buffer.from('junk'), Buffer.from('28', 'hex'), Buffer.from('28b52f', 'hex'), Buffer.from('28b5', 'hex'), Buffer.from('522a4d1803000000616263', 'hex'), Buffer.from('52', 'hex')])]);
    case 6: return Buffer.concat([found, other, pick([Buffer.alloc(0), Buffer.from('x')])]);
    default: return found;
  }
}
function isFollowed(data) {
  try {
    zlib.brotliDecompressSync(data, { rejectGarbageAfterEnd: true });
  } catch ({ code }) {
    return code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END';
  }
  return false;
}
for (let left = Number(process.argv[3]); left > 0; left--) {
  const kind = pick(['brotli', 'zstd']);
  const writer = `${kind}CompressSync`;
  const data = plain();
  let name = writer, input = data, used = random(3) ? options() : {};
  if (name === writer && used.finishFlush === 0) delete used.finishFlush; // nothing may come of it
  if (!random(3)) used = { params: paramsOf(kind) }; // alone: which of two mistakes is told first is nobody's concern
  if (random(3)) {
    const params = kind === 'zstd' && random(2) ? { 201: 1 } : {};
    input = damaged(zlib[writer](data, { params: kind === 'brotli' ? { 1: 5 } : params }), kind, zlib[writer](plain(), { params }));
    name = `${kind}DecompressSync`;
    delete used.params;
    if (kind === 'brotli' && used.maxOutputLength) delete used.chunkSize; // where a piece ends is up to the library
    if (kind === 'brotli' && isFollowed(input)) input = Buffer.alloc(0);
  }
  let result;
  try {
    result = zlib[name](input, used).toString('base64');
  } catch ({ code, errno, message }) {
    result = { code, errno, message };
  }
  console.log(JSON.stringify([name, input.toString('base64'), used, result]));
}
