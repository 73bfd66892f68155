// Random values for util.inspect and util.format, with what Node prints: node inspectcases.cjs SEED COUNT
// One line of JSON per case: ["inspect", value, options, text] or ["format", values, options, text]. A value is
// [kind, …] (inspectvalues.cjs); Infinity in an option is "Infinity".
'use strict';
const util = require('util');
const { random, pick, list, spec, build, count } = require('./inspectvalues.cjs');
const OPTIONS = { depth: () => pick([0, 1, 3, 'Infinity', null, -1]), colors: () => !!random(2), breakLength: () => pick([20, 40, 60, 120, 'Infinity']),
  compact: () => pick([false, true, 0, 1, 2, 5]), maxArrayLength: () => pick([0, 1, 5, 7, 10, null, 'Infinity']),
  maxStringLength: () => pick([0, 1, 5, 20, null]), sorted: () => !!random(2), numericSeparator: () => !!random(2), showHidden: () => false };
const options = () => random(2) ? {} : Object.fromEntries(list(4, () => pick(Object.keys(OPTIONS))).map((name) => [name, OPTIONS[name]()]));
const real = (found) => Object.fromEntries(Object.entries(found).map(([name, value]) => [name, value === 'Infinity' ? Infinity : value]));
// The parts of a regular expression have colours of their own in Node (docs/departures.md).
const isPlain = (value, found) => !(found.colors && JSON.stringify(value).includes('"pattern"'));
const FORMATS = ['%s', '%d', '%i', '%f', '%j', '%O', '%c', '%%', '%x', '%', ' ', 'text', '😀', '%s%s', "'"];
for (let left = count; left > 0; left--) {
  const found = options();
  if (random(4)) {
    const value = spec(random(5));
    if (isPlain(value, found)) console.log(JSON.stringify(['inspect', value, found, util.inspect(build(value), real(found))]));
    else left++;
  } else {
    const values = list(5, () => spec(random(3)));
    if (!isPlain(values, found)) delete found.colors;
    if (values.length && values[0][0] === 'string') values.shift();
    const text = list(6, () => pick(FORMATS)).join('');
    // In JSON None is null, and a function's text is its source.
    const shown = JSON.stringify(values);
    const isClear = !(text.includes('%j') && /"undefined"|"up"|"symbol"|"map"/.test(shown)) &&
      !(text.includes('%s') && /"function"|"class"/.test(shown));
    if (isClear) values.unshift(['string', text]);
    try {
      console.log(JSON.stringify(['format', values, found, util.formatWithOptions(real(found), ...values.map((each) => build(each)))]));
    } catch { // a symbol that has no text: Python's have one
      left++;
    }
  }
}
