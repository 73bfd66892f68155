const querystring = require('node:querystring');
const q = querystring.parse('foo=bar&abc=xyz&abc=123&e&=v&s=%20+%zz');
console.log(Object.keys(q).join('|'), q.foo, q.abc.join(), JSON.stringify(q.e), q[''], q.s, q.none);
console.log(querystring.stringify({ foo: 'bar', baz: ['qux', 'quux'], corge: '', n: 1.5, t: true, o: {} }));
console.log(querystring.stringify({ foo: 'bar', baz: 'qux' }, ';', ':'), querystring.escape('a b&ü'), querystring.unescape('%C3%BC%zz'));
console.log('%s %s', querystring.parse('w=%D6%D0%CE%C4&foo=bar', null, null, { decodeURIComponent: (s) => s.toLowerCase() }).w, Object.keys(querystring.parse('a&b&c', null, null, { maxKeys: 2 })).length);
