// Random data for zlib, with what Node makes of it: node zlibcases.cjs SEED COUNT
// One line of JSON per case: [function, data, options, result]; data and a result are hexadecimal, the data of a function
// that compresses is base64 of what repeats itself, and its result is what Node made (to be unpacked and compared).
'use strict';
const zlib = require('zlib');
const { random, pick, list } = require('./inspectvalues.cjs');
const count = Number(process.argv[3]);
const plain = () => {
  const words = list(6, () => Buffer.from(list(12, () => random(256)))).concat(Buffer.from('some words '));
  return Buffer.concat(list(pick([3, 20, 200]), () => pick(words)));
};
const OPTIONS = { level: () => pick([-1, 0, 1, 5, 9, 10, 1.5, NaN]), windowBits: () => pick([8, 9, 12, 15, 16, 0]), memLevel: () => pick([1, 5, 9, 10]),
  strategy: () => pick([0, 1, 2, 3, 4, 5]), chunkSize: () => pick([64, 1000, 63]), finishFlush: () => pick([2, 4, 7]), maxOutputLength: () => pick([1, 10, 1000, 1e6, 0]) };
const options = () => random(3) ? {} : Object.fromEntries(list(3, () => pick(Object.keys(OPTIONS))).map((name) => [name, OPTIONS[name]()]));
const PAIRS = { deflateSync: 'inflateSync', gzipSync: 'gunzipSync', deflateRawSync: 'inflateRawSync' };
function damaged(data) {
  const found = Buffer.from(data);
  switch (random(6)) {
    case 0: return found.subarray(0, random(found.length + 1));
    case 1: if (found.length) found[random(Math.min(12, found.length))] = random(256); return found;
    case 2: if (found.length) found[found.length - 1 - random(Math.min(9, found.length))] ^= 1 << random(8); return found;
    case 3: return Buffer.concat([found, pick([Buffer.alloc(3), Buffer.from('junk'), found, Buffer.from([0x1f]), Buffer.from([0x1f, 0x8b]), Buffer.alloc(0)])]);
    default: return found;
  }
}
for (let left = count; left > 0; left--) {
  const packer = pick(Object.keys(PAIRS));
  const data = plain(), chosen = options();
  let name = packer, input = data, used = chosen;
  if (random(3)) {
    try { input = damaged(zlib[packer](data, chosen)); } catch { input = Buffer.alloc(random(5)); }
    name = random(4) ? PAIRS[packer] : 'unzipSync';
    used = options();
    delete used.windowBits;
  }
  let result;
  try {
    result = zlib[name](input, used).toString('base64');
  } catch ({ code, errno, message }) {
    result = { code, errno, message };
  }
  console.log(JSON.stringify([name, input.toString('base64'), used, result]));
}
