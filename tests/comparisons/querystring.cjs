'use strict';
const querystring = require('querystring');

module.exports = {
  decodeAndEncodeAreOtherNames: () => [querystring.decode === querystring.parse, querystring.encode === querystring.stringify],
  escape: () => [querystring.escape('a b&=é😀'), querystring.escape(5), querystring.escape({ a: 1 })],
  aLoneSurrogate: () => querystring.escape('\ud800'),
  unescapeBuffer: () => [querystring.unescapeBuffer('a%20b%zz+%e9'), querystring.unescapeBuffer('+', true)],
  aFunctionThatIsReplacedIsUsed: () => {
    const { escape, unescape } = querystring;
    try {
      querystring.escape = (text) => `<${text}>`;
      querystring.unescape = (text) => `[${text}]`;
      return [querystring.stringify({ a: 'b c' }), querystring.parse('a%20=b')];
    } finally {
      Object.assign(querystring, { escape, unescape });
    }
  },
  functionsOfTheOptions: () => [
    querystring.parse('a=b&c=%20', null, null, { decodeURIComponent: (text) => text.toUpperCase() }),
    querystring.stringify({ a: 'b' }, ';', ':', { encodeURIComponent: (text) => text + text }),
    querystring.parse('a=1&b=2&c=3', null, null, { maxKeys: 2 }),
  ],
};
