// Random values that both JavaScript and Python have, for recorders. A value is described by [kind, …];
// inspectvalues.py makes Python's of it. The seed and the number of cases are the arguments of the program.
'use strict';
Error.stackTraceLimit = 0;
const { random, pick } = require('./random.cjs');
const list = (n, make) => Array.from({ length: random(n) }, make);
const PIECES = ['a', 'b', 'word', ' ', '\n', '\t', "'", '"', '`', '${', '\\', '\0', '\x1b', '\x7f', '\x9f', 'é', '中文', '😀',
  '\ud83d', '\ude00', 'xxxxxxxxxxxx', 'longer words here', '\r', '\b', '\f', '\v', '-', '_', '$', '1', '%s', '%d', '\x1b[31m'];
const text = () => list(random(6) ? 5 : 40, () => pick(PIECES)).join('');
const number = () => pick([() => random(10), () => random(100000), () => -random(1000) / 8, () => 1e21, () => 1.5e300,
  () => 1e-7, () => NaN, () => Infinity, () => -Infinity, () => -0, () => random(2 ** 31) * 1000 + 0.123456])();
const KEYS = ['a', 'b', 'key', 'longerName', 'x-y', '$', '_u', 'é', '', 'A1', '__proto__', 'a b', "it's", 'constructr'];
const properties = (n, depth) => list(n, () => [random(9) ? ['string', pick(KEYS)] : ['symbol', text()], spec(depth - 1)])
  .filter((each, place, all) => all.findIndex(([key]) => `${key}` === `${each[0]}`) === place)
  .sort(([[a]], [[b]]) => (a === 'symbol') - (b === 'symbol')); // as JavaScript has them
const attributes = (n, depth) => properties(n, depth).filter(([[kind, name]]) => kind === 'string' && name[0] !== '_');
const NAMES = ['f', 'name', 'Klass', 'Other'];
const LEAVES = {
  string: () => [text()],
  number: () => [((n) => Object.is(n, -0) ? '-0' : String(n))(number())],
  undefined: () => [],
  boolean: () => [!!random(2)],
  bytes: () => [Buffer.from(list(random(9) ? 6 : 70, () => random(256))).toString('hex')],
  symbol: () => [text()],
  function: () => [pick(['', ...NAMES]), pick(['plain', 'async', 'generator', 'asyncGenerator'])],
  class: () => [pick(NAMES), pick(['', '', 'Base'])],
  date: () => [random(2 ** 31) * 1000 + random(1000)],
  pattern: () => [pick(['a+', '^x$', '[0-9]{2}']), pick(['', 'i', 'ims'])],
  typed: () => [pick(['Uint8', 'Int8', 'Uint16', 'Int16', 'Int32', 'Uint32', 'Float64']), list(9, () => random(100))],
};
const TREES = {
  array: (depth) => [list(pick([4, 4, 12, 30, 130]), depth > 3 || random(3) ? (() => spec(random(4) ? 0 : depth - 1)) : sameKind())],
  object: (depth) => [properties(6, depth)],
  // Python's sets hold what is hashable, in an order of their own; small whole numbers are in Node's too.
  set: () => [random(3) ? [0, 1, 2, 3, 4].filter(() => random(2)).map((n) => ['number', String(n)]) : [hashable(0)]],
  map: (depth) => [[[['bytes', '00'], spec(0)], ...[1, 2, 3].slice(random(4)).map((n) => [hashable(n), spec(depth - 1)])]],
  error: (depth) => [pick(['Error', 'TypeError', 'RangeError']), text(), attributes(3, depth), random(4) ? null : given(depth - 1)],
  instance: (depth) => [pick(NAMES), attributes(4, depth)],
  subarray: (depth) => [list(5, () => spec(depth - 1))],
  promise: (depth) => [random(2) ? given(depth - 1, 'promise') : null],
};
function given(depth, but = 'undefined') { // None as a cause is none, and a promise resolves to no other
  for (;;) { const found = spec(depth); if (found[0] !== but) return found; }
}
function hashable(n) { // and equal to no other
  return pick([() => ['symbol', text()], () => ['function', pick(NAMES), 'plain'], () => ['class', pick(NAMES), ''],
    () => ['instance', pick(NAMES), [[['string', 'a'], spec(0)]]], () => ['tuple', [['number', String(n)], ['string', 'x']]],
    () => ['date', n * 1000]])();
}
function sameKind() {
  return pick([() => ['number', String(random(10 ** (1 + random(6))))], () => ['string', pick(['a', 'bb', 'ccc'])],
    () => ['string', 'x'.repeat(random(12))], () => ['boolean', !!random(2)], () => ['string', '中'.repeat(random(5))]]);
}
function spec(depth) {
  if (depth > 0 && random(40) === 0) return ['up', random(3)];
  const kinds = depth > 0 && random(4) ? TREES : LEAVES;
  const kind = pick(kinds === TREES ? ['array', 'array', 'object', 'object', 'object', ...Object.keys(TREES)]
    : ['string', 'string', 'number', 'number', ...Object.keys(LEAVES)]);
  return [kind, ...kinds[kind](depth)];
}
class List extends Array {}
const FUNCTIONS = { plain: () => function() {}, async: () => async function() {}, generator: () => function*() {},
  asyncGenerator: () => async function*() {} };
function fill(object, pairs, above) {
  for (const [[kind, name], value] of pairs) {
    Object.defineProperty(object, kind === 'symbol' ? Symbol(name) : name,
      { value: build(value, above), enumerable: true, configurable: true, writable: true });
  }
  return object;
}
// `above` holds the objects that the value is inside of, the nearest last.
function build([kind, ...parts], above = []) {
  const within = (object) => [...above, object];
  switch (kind) {
    case 'up': return above.length ? above[Math.max(0, above.length - 1 - parts[0])] : undefined;
    case 'string': case 'boolean': return parts[0];
    case 'number': return Number(parts[0]);
    case 'undefined': return undefined;
    case 'bytes': return Buffer.from(parts[0], 'hex');
    case 'symbol': return Symbol(parts[0]);
    case 'function': return Object.defineProperty(FUNCTIONS[parts[1]](), 'name', { value: parts[0] });
    case 'class': return new Function(parts[1] ? `class Base {}; return class ${parts[0]} extends Base {}` : `return class ${parts[0]} {}`)();
    case 'date': return new Date(parts[0]);
    case 'pattern': return new RegExp(...parts);
    case 'typed': return new globalThis[parts[0] + 'Array'](parts[1]);
    case 'array': case 'tuple': case 'subarray': {
      const object = kind !== 'subarray' ? [] : new List();
      for (const each of parts[0]) object.push(build(each, within(object)));
      return object;
    }
    case 'object': { const object = {}; return fill(object, parts[0], within(object)); }
    case 'set': { const object = new Set(); for (const each of parts[0]) object.add(build(each, within(object))); return object; }
    case 'map': {
      const object = new Map();
      for (const [key, value] of parts[0]) object.set(build(key, within(object)), build(value, within(object)));
      return object;
    }
    case 'error': {
      const object = new globalThis[parts[0]](parts[1]);
      fill(object, parts[2], within(object));
      if (parts[3]) Object.defineProperty(object, 'cause', { value: build(parts[3], within(object)), configurable: true });
      return object;
    }
    case 'instance': {
      const object = new ({ [parts[0]]: class {} }[parts[0]])();
      return fill(object, parts[1], within(object));
    }
    case 'promise': return parts[0] ? Promise.resolve(build(parts[0], above)) : new Promise(() => {});
  }
}
module.exports = { random, pick, list, text, spec, build, count: Number(process.argv[3]) };
