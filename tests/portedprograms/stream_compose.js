const { compose, Transform } = require('node:stream');
const removeSpaces = new Transform({ transform(chunk, encoding, callback) { callback(null, String(chunk).replace(' ', '')); } });
async function* toUpper(source) { for await (const chunk of source) yield String(chunk).toUpperCase(); }
let res = '';
(async () => {
  compose(removeSpaces, toUpper).end('hello world').on('data', (buf) => { res += buf; }).on('end', () => console.log(res));
})();
