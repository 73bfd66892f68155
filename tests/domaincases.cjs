// Random domains, with what url.domainToASCII makes of them: node domaincases.cjs SEED COUNT
// One line of JSON per case: [domain, result].
'use strict';
const { domainToASCII } = require('url');
const { random } = require('./random.cjs');
const PIECES = ['a', 'b', 'Example', 'com', '.', '.', '-', '_', '1', '2.3', '0x', 'xn--', 'xn--bcher-kva', 'bücher', 'ß', 'é', '日本', '。', '．',
  '\u00ad', '\u200d', '\u200c', '%41', '%', '%zz', '%2e', '*', ' ', '\t', '/', '?', '#', '\\', '@', ':', '80', '[', ']', '::1', '[::1]', '<', '>', '"', '`', '{',
  '^', '|', '\0', '\x7f', 'İ', 'Ⅷ', 'Å', '😀', '☃', '\u0301', 'א', 'a1', '255', '256', '08', 'ſ', '\u212a', 'ﬀ', '٣', 'ـ', 'xn--a', 'xn--zca',
  'xn--ls8h', 'xn---', 'A'];
for (let left = Number(process.argv[3]); left > 0; left--) {
  const text = Array.from({ length: 1 + random(5) }, () => PIECES[random(PIECES.length)]).join('');
  console.log(JSON.stringify([text, domainToASCII(text)]));
}
