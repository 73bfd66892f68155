// Random cases for querystring, with what Node makes of them: node querystringcases.cjs SEED COUNT
// One line of JSON per case: [function, arguments, result].
'use strict';
const querystring = require('querystring');
const { random, pick } = require('./random.cjs');
const PIECES = ['a', 'b', 'key', '=', '=', '&', '&', '+', '%20', '%', '%4', '%41', '%C3%A9', '%c3', '%ff', '%E2%82%AC',
  '%F0%9F%98%80', '%ED%A0%80', 'é', '€', '😀', '\ud800', '\udc00', ';', ':', '==', '&&', '%%', '%zz', ' ', "'()*!~-._",
  '[]', 'a[]', '%00', '\0', '1', 'xxy', 'xy', 'x', '__proto__', '%2B', '%26', '/?#'];
const text = (n, pieces = PIECES) => Array.from({ length: random(n) }, () => pick(pieces)).join('');
// Two escapes in a key make Node decode the value as well, which spoils it if it holds both a stray % and characters
// that are not ASCII: no case has both (docs/departures.md).
const ASCII = PIECES.filter((piece) => /^[\0-\x7f]*$/.test(piece));
const CLEAN = PIECES.filter((piece) => !/%(?![0-9a-f]{2})/i.test(piece));
const scalar = () => pick([() => text(5), () => text(3), () => random(1000), () => -random(50) / 8, () => true,
  () => false, () => null, () => 1e21, () => 1e300, () => 0.1, () => 1e-7, () => '', () => [], () => ({})])();
const value = () => random(4) ? scalar() : Array.from({ length: random(4) }, scalar);
const SEPS = [undefined, undefined, undefined, '&', ';', '&&', 'xy', 'xxy', '', '='];
const EQS = [undefined, undefined, undefined, '=', ':', '==', 'x', 'xy', '', '&'];
const CASES = {
  parse: () => [text(12, pick([ASCII, CLEAN])), pick(SEPS), pick(EQS), pick([{}, {}, { maxKeys: random(4) }, { maxKeys: -1 }])],
  stringify: () => [pick([() => Object.fromEntries(Array.from({ length: random(5) }, () => [text(3), value()])),
    () => Array.from({ length: random(3) }, scalar), scalar])(), pick(SEPS), pick(EQS)],
  escape: () => [pick([() => text(6), () => random(100) / 4, () => true])()],
  unescape: () => [text(8)],
  unescapeBuffer: () => [text(8), random(2) === 1],
};
for (let left = Number(process.argv[3]); left > 0; left--) {
  const name = pick(['parse', 'parse', 'parse', 'stringify', 'stringify', 'escape', 'unescape', 'unescapeBuffer']);
  const args = CASES[name]();
  let result;
  try {
    result = querystring[name](...args);
    // Integer-like keys come first in a JavaScript object: pairs, in its order.
    result = Buffer.isBuffer(result) ? result.toString('hex') : name === 'parse' ? Object.entries(result) : result;
  } catch (error) {
    result = { code: error.code, message: error.message };
  }
  console.log(JSON.stringify([name, args.map((a) => a === undefined ? null : a), result]));
}
