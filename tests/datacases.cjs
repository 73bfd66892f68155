// Random data: URLs, and what Node's fetch makes of them: node datacases.cjs SEED COUNT
// One line of JSON per case: [url, [Content-Type, the content in base64] or null for an error].
'use strict';
const { random, pick, list } = require('./inspectvalues.cjs');
const count = Number(process.argv[3]);
const KINDS = ['', 'text/html', 'text/plain', 'TEXT/Html', 'a/b', 'a', '/b', 'a/', 'text/html ', ' text/html', 'image/png', 'a b/c', 'é/x', 'text/é', '%74ext/plain', 'a/b/c', '*/*', '"a"/b'];
const PARAMETERS = [';charset=utf-8', ';charset=UTF-8', '; charset=utf-8', ';charset', ';charset=', ';=x', ';a=b', ';A=B', ';a="b c"', ';a="b', ';a=b c', ';a=é', ';', ';a=b;a=c', ';x="\\""', ';\tx=y', ';x=%41', ';x=†', ';x="†"', ';base64', ';x=;y=z', ';x=""', '/'];
const MARKS = [';base64', ';BASE64', '; base64', ';  base64 ', ';base64;', ';base64=', 'base64', ';base64;x=y', ';\tbase64', ';%62ase64'];
const PIECES = ['a', 'Zm9v', 'YQ==', 'YWI=', 'YQ', '=', '==', '===', ' ', '%20', '%3D', '%', '%zz', '%ff', '%00', 'é', '†', '+', '/', '-', '_', '\n', '\t', '%0A', '#', '#x', '?q', ',', '%2C', 'abc', '\0', '\\', '%C3%A9', '\ud800', 'A', 'AA', 'AAA', 'AB'];
const url = () => pick(['data:', 'data:', 'data:', 'DATA:', 'data:/', 'data://', ' data:']) + pick(KINDS) + list(3, () => pick(PARAMETERS)).join('') + (random(2) ? pick(MARKS) : '') + (random(12) ? ',' : '') + list(6, () => pick(PIECES)).join('');
(async () => {
  for (let left = count; left > 0; left--) {
    const text = url();
    let result = null;
    try {
      const response = await fetch(text);
      result = [response.headers.get('content-type'), Buffer.from(await response.arrayBuffer()).toString('base64')];
    } catch {}
    console.log(JSON.stringify([text, result]));
  }
})();
