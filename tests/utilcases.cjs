// Random cases for util, with what Node makes of them: node utilcases.cjs SEED COUNT
// One line of JSON per case: [function, arguments, result]; a value is described as in inspectvalues.cjs.
'use strict';
const util = require('util');
const { random, pick, list, text, spec, build, count } = require('./inspectvalues.cjs');
const words = (n, pieces) => list(n, () => pick(pieces)).join('');
const TYPES = Object.keys(util.types).filter((name) => !['isKeyObject', 'isCryptoKey', 'isEventTarget'].includes(name));
// Mostly the same value again, or one with a single difference.
function changed(value) {
  const copy = JSON.parse(JSON.stringify(value));
  const places = [];
  const walk = (each) => { if (Array.isArray(each)) { if (typeof each[0] === 'string' && each.length > 1) places.push(each); each.forEach(walk); } };
  walk(copy);
  const place = random(3) && places.length ? pick(places) : [];
  if (['string', 'symbol'].includes(place[0])) place[1] += 'x';
  else if (place[0] === 'number') place[1] = pick(['0', '-0', 'NaN', '7']);
  else if (place[0] === 'boolean') place[1] = !place[1];
  else if (place[0] === 'instance') place[1] += 'Other';
  else if (place[0] === 'array' && place[1].length) place[1].pop();
  else if (place[0] === 'object' && place[1].length) place[1].reverse();
  else if (place[0] === 'bytes') place[1] += '00';
  else if (place[0] === 'date') place[1] += 1;
  return copy;
}
// What equals itself only, and what stands for something else in Python.
const isComparable = (value) => !/"(symbol|function|class|promise|up|map)"/.test(JSON.stringify(value));
const LETTERS = ['a', 'b', 'c', 'f', 'n', 'o', '=', '-', 'é', ' ', 'no-', 'foo', 'bar', '1', '__proto__'];
const argument = () => pick([() => '--' + words(4, LETTERS), () => '-' + words(4, LETTERS), () => words(3, LETTERS), () => '--foo', () => '--foo=1',
  () => '--bar', () => '--no-foo', () => '-f', () => '-b', () => '-fb', () => '-bx', () => '--', () => '-', () => ''])();
const descriptor = () => {
  const found = { type: pick(['boolean', 'string', 'string', 'boolean', 'boolean', 'number']) };
  if (random(2)) found.short = pick(['f', 'b', 'a', 'n', 'ab']);
  if (!random(3)) found.multiple = !!random(2);
  if (!random(5)) found.default = pick(['x', true, ['x'], [true], 5]);
  return found;
};
const MIME = ['a', 'text', '/', '/', ';', ';', '=', '=', '"', '\\', ' ', 'charset', 'UTF-8', 'é', '\t', '\n', ',', '😀', 'x-y', '+', '.'];
const ENV = ['A', 'B', 'KEY', '=', '=', '=', '\n', '\n', '\n', ' ', "'", '"', '`', '#', 'export ', 'value', '\\n', '\\', '\t', '\r\n', '.', '1', '-'];
const STYLED = ['a', 'text', '\x1b[39m', '\x1b[22m', '\x1b[31m', '\x1b[0m', '\x1b[49m', '\n', '', '😀'];
const STYLES = ['red', 'bold', 'dim', 'bgBlue', 'underline', 'none', 'gray', 'grey', 'blackBright', '#f00', '#00ff7F', '#12', 'nope', 'reset',
  'doubleunderline', 'doubleUnderline', 'crossedout', 'cyanBright', 'italic', 'inverse'];
const VT = ['a', ' ', '\x1b[31m', '\x1b[0;1m', '\x1b]8;;http://x.y/z\x07', '\x1b]8;;\x1b\\', '\x9b4A', '\x1b', '[', '\x1b[?25h', '\x1bM', '😀', '\x1b(B', '\x1b[38;2;1;2;3m'];
const UNITS = ['a', 'é', '€', '😀', '\ud83d', '\ude00', '\ufeff', '中'];
const BYTES = ['61', 'c3a9', 'c3', 'e282ac', 'e282', 'f09f9880', 'f09f', '80', 'ff', '00', '3dd800de', '3dd8', '00d8', '41', 'a4', 'd0', '98', 'a0'];
const LABELS = ['utf-8', 'utf-8', 'utf8', ' UTF-8 ', 'utf-16le', 'utf-16be', 'ucs-2', 'latin1', 'ascii', 'windows-1252', 'iso-8859-2', 'koi8-u', 'cp1255', 'windows-874',
  'iso-8859-8-i', 'mac', 'x-mac-cyrillic', 'ibm866', 'windows-1253', 'x-user-defined', 'iso-8859-16', 'nope', 'replacement', ''];
// The arguments of a case, and how Node is asked.
const CASES = {
  types: () => { const value = spec(random(3)); return [[value], () => TYPES.filter((name) => util.types[name](build(value))).sort()]; },
  isDeepStrictEqual: () => {
    let one; do one = spec(random(5)); while (!isComparable(one));
    let two = random(5) ? changed(one) : spec(random(2));
    if (!isComparable(two)) two = one;
    const options = { skipPrototype: !random(3) };
    return [[one, two, options], () => util.isDeepStrictEqual(build(one), build(two), options.skipPrototype)]; // an object counts as true: a bug of 26.10
  },
  styleText: () => {
    const args = [random(2) ? pick(STYLES) : list(4, () => pick(STYLES)), words(6, STYLED), { validateStream: false }];
    return [args, () => util.styleText(...args)];
  },
  parseArgs: () => {
    const config = { args: list(6, argument), options: Object.fromEntries(list(4, () => [pick(['foo', 'bar', 'a', 'b', 'no-foo']), descriptor()])) };
    for (const name of ['strict', 'allowPositionals', 'allowNegative', 'tokens']) if (random(2)) config[name] = !!random(3);
    if (!random(2)) config.strict = false;
    return [[config], () => {
      const { values, positionals, tokens } = util.parseArgs(config);
      return [Object.entries(values).sort(([a], [b]) => a < b ? -1 : 1), positionals, tokens];
    }];
  },
  MIMEType: () => {
    const source = random(2) ? 'text/html;' + words(12, MIME) : words(8, MIME);
    return [[source], () => ((type) => [type.toString(), type.essence, [...type.params]])(new util.MIMEType(source))];
  },
  parseEnv: () => { const source = words(25, ENV); return [[source], () => Object.entries(util.parseEnv(source)).sort(([a], [b]) => a < b ? -1 : 1)]; },
  stripVTControlCharacters: () => { const source = words(8, VT); return [[source], () => util.stripVTControlCharacters(source)]; },
  toUSVString: () => { const source = words(6, UNITS); return [[source], () => util.toUSVString(source)]; },
  diff: () => {
    const make = () => words(pick([3, 8, 15]), ['a', 'b', 'c', 'd']) + 'x'; // two empty lists: a bug of 26.10
    const args = random(3) ? [make(), make()] : [make().split(''), make().split('')];
    return [args, () => util.diff(...args)];
  },
  encode: () => { const source = words(6, UNITS); return [[source], () => Buffer.from(new util.TextEncoder().encode(source)).toString('hex')]; },
  encodeInto: () => {
    const source = words(6, UNITS), size = random(12), target = Buffer.alloc(size);
    return [[source, size], () => {
      const { read, written } = new util.TextEncoder().encodeInto(source, target);
      return [read, written, target.toString('hex')];
    }];
  },
  decode: () => {
    const label = pick(LABELS), options = { fatal: !random(3), ignoreBOM: !random(3) }, more = !random(3);
    const pieces = list(4, () => words(5, BYTES));
    if (!random(4)) pieces.unshift(pick(['efbbbf', 'fffe', 'feff', 'efbb']) + words(5, BYTES));
    return [[label, options, pieces, more], () => {
      const decoder = new util.TextDecoder(label, options);
      const texts = pieces.map((piece) => decoder.decode(Buffer.from(piece, 'hex'), { stream: true }));
      if (!more) texts.push(decoder.decode());
      return [decoder.encoding, texts];
    }];
  },
  getSystemErrorName: () => { const number = pick([0 - random(140), -3000 - random(20), -4090 - random(8), -random(1e6)]); return [[number], () => util.getSystemErrorName(number)]; },
  getSystemErrorMessage: () => { const number = pick([...util.getSystemErrorMap().keys()]); return [[number], () => util.getSystemErrorMessage(number)]; },
};
const NAMES = Object.keys(CASES);
for (let left = count; left > 0; left--) {
  const name = NAMES[left % NAMES.length];
  const [args, run] = CASES[name]();
  let result;
  try {
    result = run();
  } catch ({ code, message }) {
    result = { code, message };
  }
  console.log(JSON.stringify([name, args, result === undefined ? null : result]));
}
