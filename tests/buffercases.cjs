// Random calls of Buffer's methods, with what Node makes of them: node buffercases.cjs SEED COUNT
// One line of JSON per case: [kind, method, bytes, arguments, result, bytes afterwards]; kind is "static", "object" or
// "module". An argument is [type, value]: undefined, number (as text), string, bytes (hexadecimal), array, boolean,
// bigint, object; a result likewise.
'use strict';
const buffer = require('buffer');
const { random, pick, list } = require('./inspectvalues.cjs');
const count = Number(process.argv[3]);
const words = (n, pieces) => list(n, () => pick(pieces)).join('');
const UNITS = ['a', 'b', 'ab', 'abc', 'é', '€', '😀', '\ud83d', '\ude00', '\0', '61', '6g', 'YWI=', 'YW', '-_', '=', ' ', 'zz', '中'];
const ENCODINGS = ['utf8', 'UTF-8', 'ucs2', 'utf16le', 'latin1', 'binary', 'ascii', 'base64', 'base64url', 'hex', 'Hex'];
const hex = (n) => Buffer.from(list(n, () => pick([97, 98, 99, random(256), 0, 255, 0xc3, 0xa9]))).toString('hex');
const number = (text) => ['number', Object.is(text, -0) ? '-0' : String(text)];
const nothing = ['undefined', null];
const text = (n = 5) => ['string', words(n, UNITS)];
const encoding = () => random(6) ? ['string', pick(ENCODINGS)] : pick([nothing, ['string', 'nope'], ['string', '']]);
const bytes = (n = 8) => ['bytes', hex(n)];
const place = () => random(5) ? number(pick([random(12), random(4), random(12) - 6])) : pick([nothing, nothing, number(1.5), number(NaN), number(Infinity),
  number(-Infinity), ['string', 'x'], number(2 ** 31), number(2 ** 53), number(-1), number(100)]);
const near = () => random(8) ? number(random(10)) : place(); // a place that is mostly there
const wrong = () => pick([nothing, number(5), ['boolean', true], ['array', [['number', '1']]], ['string', 'x'], ['object', null]]);
const values = (bits, isSigned) => number(pick([() => random(256), () => random(2 ** Math.min(bits, 31)), () => -random(300), () => 2 ** bits, () => 2 ** bits - 1,
  () => 2 ** (bits - 1), () => 2 ** (bits - 1) - 1, () => -(2 ** (bits - 1)), () => -(2 ** (bits - 1)) - 1, () => 1.9, () => -1.5, () => NaN, () => Infinity,
  () => 2 ** 33 * random(100)])());
const odd = () => pick([['string', '5'], ['string', 'x'], nothing, ['boolean', true]]);
const SIZES = { 8: ['8'], 16: ['16LE', '16BE'], 32: ['32LE', '32BE'] };
const STATIC = {
  from: () => pick([() => [text(), encoding()], () => [bytes()], () => [['array', list(5, () => pick([number(random(600) - 200), number(1.7), ['string', '7'], nothing]))]],
    () => [wrong()], () => [text()]])(),
  of: () => list(4, () => number(random(600) - 200)),
  alloc: () => [random(9) ? number(random(10)) : pick([number(1.5), number(NaN), number(-1), ['string', '5'], nothing]), ...pick([() => [], () => [pick([text(3), number(random(400) - 50), bytes(3)])],
    () => [text(3), encoding()]])()],
  allocUnsafe: () => [pick([number(-1), number(NaN), ['string', '5'], number(0), nothing])],
  concat: () => pick([() => [['array', list(4, () => bytes(4))]], () => [['array', list(4, () => bytes(4))], pick([number(random(12)), number(-1), number(1.5), ['string', 'x']])], () => [['array', [bytes(3), wrong()]]], () => [wrong()]])(),
  byteLength: () => random(8) ? [text(), ...(random(2) ? [encoding()] : [])] : [pick([bytes(), wrong()])],
  compare: () => random(8) ? [bytes(4), bytes(4)] : [wrong(), bytes(2)],
  isEncoding: () => [pick([encoding(), wrong()])],
  copyBytesFrom: () => [bytes(6), place(), place()],
};
const OBJECT = {
  toString: () => random(4) ? [encoding(), ...list(3, place)] : [],
  toJSON: () => [],
  equals: () => [random(5) ? bytes(3) : wrong()],
  compare: () => [random(9) ? bytes() : wrong(), ...list(5, near)],
  copy: () => [random(9) ? bytes() : wrong(), ...list(4, near)],
  indexOf: () => [pick([() => text(2), () => text(1), () => bytes(3), () => number(random(500) - 100), wrong])(), ...pick([() => [], () => [place()], () => [place(), encoding()], () => [encoding()]])()],
  fill: () => pick([() => [pick([text(3), number(random(600) - 200), bytes(3), number(1.7)])], () => [pick([text(3), number(97), bytes(2)]), ...list(3, near)],
    () => [text(3), encoding()], () => [text(3), near(), encoding()], () => [text(3), near(), near(), encoding()], () => [wrong()]])(),
  write: () => pick([() => [text()], () => [text(), near()], () => [text(), near(), near()], () => [text(), near(), near(), encoding()], () => [text(), encoding()],
    () => [text(), near(), encoding()], () => [wrong()]])(),
  subarray: () => list(3, place),
  at: () => [place()],
  swap16: () => [], swap32: () => [], swap64: () => [], reverse: () => [],
  readUIntBE: () => [near(), random(9) ? number(1 + random(6)) : place()],
  writeUIntBE: () => [values(pick([8, 16, 24, 32, 40, 48])), near(), random(9) ? number(1 + random(6)) : place()],
};
for (const name of ['lastIndexOf', 'includes']) OBJECT[name] = OBJECT.indexOf;
OBJECT.slice = OBJECT.subarray;
for (const name of ['IntBE', 'IntLE', 'UIntLE', 'UintBE', 'UintLE']) { OBJECT[`read${name}`] = OBJECT.readUIntBE; OBJECT[`write${name}`] = OBJECT.writeUIntBE; }
for (const [bits, suffixes] of Object.entries(SIZES)) {
  for (const suffix of suffixes) for (const sign of ['Int', 'UInt', 'Uint']) {
    OBJECT[`read${sign}${suffix}`] = () => random(5) ? [near()] : [];
    OBJECT[`write${sign}${suffix}`] = () => [random(9) ? values(Number(bits)) : odd(), ...(random(5) ? [near()] : [])];
  }
}
for (const order of ['LE', 'BE']) {
  for (const sign of ['Int', 'UInt', 'Uint']) {
    OBJECT[`readBig${sign}64${order}`] = () => [near()];
    OBJECT[`writeBig${sign}64${order}`] = () => [['bigint', String(pick([BigInt(random(1000)), -BigInt(random(1000)), 2n ** 63n, 2n ** 64n, 2n ** 63n - 1n, 2n ** 64n - 1n, -(2n ** 63n), -(2n ** 63n) - 1n]))], near()];
  }
  for (const kind of ['Float', 'Double']) {
    OBJECT[`read${kind}${order}`] = () => [near()];
    OBJECT[`write${kind}${order}`] = () => [number(pick([random(100) / 8, NaN, Infinity, -Infinity, 1e300, -0, 0.1, 2 ** 100, 1e-45])), near()];
  }
}
const MODULE = {
  // Half a unit of UTF-16 is an error in some directions only; ICU drops a soft hyphen that ASCII does not have.
  transcode: () => [random(9) ? ['bytes', Buffer.from(words(4, ['a', 'é', '€', '😀'])).toString('hex')] : wrong(),
    ['string', pick(['utf8', 'utf8', 'latin1'])], ['string', pick(['utf8', 'ucs2', 'latin1', 'ascii', 'hex', 'nope'])]],
  atob: () => [pick([['string', words(4, ['YWI=', 'YW', 'I', '=', ' ', '\n', '!', 'é', 'QUJD'])], number(random(1e6)), nothing])],
  btoa: () => [pick([text(), number(random(1e6)), nothing, ['string', words(4, ['a', 'é', '\xff', '\0'])]])],
  isUtf8: () => [random(9) ? pick([bytes(4), ['bytes', Buffer.from(words(3, ['a', 'é', '€', '😀'])).toString('hex')]]) : wrong()],
  isAscii: () => [random(9) ? bytes(3) : wrong()],
};
const NUMBERS = Object.keys(OBJECT).filter((name) => /^(read|write)./.test(name) && name !== 'write');
const OTHERS = Object.keys(OBJECT).filter((name) => !NUMBERS.includes(name));
const build = ([type, value]) => type === 'number' ? Number(value) : type === 'bytes' ? Buffer.from(value, 'hex') : type === 'array' ? value.map(build)
  : type === 'bigint' ? BigInt(value) : type === 'undefined' ? undefined : type === 'object' ? {} : value;
const show = (value) => typeof value === 'number' ? number(value) : Buffer.isBuffer(value) ? ['bytes', value.toString('hex')] : typeof value === 'bigint' ? ['bigint', String(value)]
  : value === undefined ? nothing : typeof value === 'object' ? ['json', JSON.stringify(value)] : [typeof value, value];
for (let left = count; left > 0; left--) {
  const [kind, cases] = pick([['static', STATIC], ['object', OBJECT], ['object', OBJECT], ['object', OBJECT], ['module', MODULE]]);
  const name = kind === 'object' ? pick(random(2) ? NUMBERS : OTHERS) : pick(Object.keys(cases));
  const data = kind === 'object' ? hex(14) : '', args = cases[name]();
  const own = Buffer.from(data, 'hex'), built = args.map(build);
  const holder = { static: Buffer, object: own, module: buffer }[kind];
  let result;
  try {
    result = show(holder[name](...built));
  } catch ({ name, code, message }) {
    result = ['error', { name, code, message }];
  }
  // What `copy` wrote is in its first argument.
  const after = (name === 'copy' && Buffer.isBuffer(built[0]) ? built[0] : own).toString('hex');
  console.log(JSON.stringify([kind, name, data, args, result, after]));
}
