// Random uses of URL and URLSearchParams, with what Node makes of them: node whatwgcases.cjs SEED COUNT
// One line of JSON per case: [kind, arguments, result].
'use strict';
const { random, pick, list } = require('./inspectvalues.cjs');
const count = Number(process.argv[3]);
const PARTS = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];
const SCHEMES = ['http:', 'https:', 'HTTP:', 'ws:', 'wss:', 'ftp:', 'file:', 'file:', 'mailto:', 'javascript:', 'data:', 'blob:http:', 'x-y.z:', 'git+ssh:', 'a b:', '1x:', '', '', ''];
const SLASHES = ['//', '//', '//', '/', '///', '\\\\', '/\\', '', '\t//', '/.//'];
const HOSTS = ['a.com', 'EXAMPLE.org', 'h', '', '[::1]', '[1:2:0:0:5::]', '[::ffff:1.2.3.4]', '[fe80::1%25e]', '[::1', 'a_b', 'é.com', 'faß.de', 'xn--9ca.com', 'xn--', 'xn--zz', 'a..b', '.', '1.2.3.4', '0x7f.1', '256', '1.2.3.4.5', '08.1', '1.2.3.', '４.com', 'a b', 'a%41', 'a%2fb', 'a%00', 'a*', 'a|b', 'a^b', '-a', 'a;b', 'a\u200db', '\u0915\u094d\u200d\u0937', 'ab\u0663', '\u05d0a', 'C:', 'c|', 'localhost', '\ud800', '😀', 'x'.repeat(70), '\u00ad', 'a\u3002b'];
const USERS = ['u@', 'u:p@', ':p@', '@', 'u%40:p@', 'a@b@', ':@', 'é:p@', 'u%zz@', "u'(p)[]^|;=@", 'u:p:q@'];
const PORTS = [':80', ':443', ':', ':8080', ':0', ':00080', ':65535', ':65536', ':x', ':8x', ':-1', ': 80', ':21'];
const PIECES = ['/', '/', '/', '.', '..', '%2e', '%2E.', 'a', 'b', 'path', '?', '#', '&', '=', '+', ' ', '%20', '%', '%zz', '%ff', 'é', '\ud83d', '😀', '"', '<', '>', '`', '{', '|', '}', '\\', '@', ':', ';', "'", '^', '\t', '\n', '\0', '\x7f', 'q=1', '//', '../', './', '*', '~', '[', ']', 'C:', 'c|', '$', ','];
const words = (n) => list(n, () => pick(PIECES)).join('');
const maybe = (of, values) => random(of) ? '' : pick(values);
const address = () => random(9)
  ? maybe(12, [' ', '\x00', '\n ']) + pick(SCHEMES) + pick(SLASHES) + maybe(4, USERS) + pick(HOSTS) + maybe(3, PORTS) + (random(4) ? '/' : '') + words(7) + maybe(12, [' ', '\x1f'])
  : words(9);
const tidy = () => pick(['http://a.com/b/c?d#e', 'https://u:p@h:8080/x/y/../z', 'file:///C:/a/b', 'file://h/x', 'ws://h', 'mailto:u@h', 'x://h/p/q?r', 'x:/p', 'x:/.//p', 'data:,a  ', 'javascript:a #b', 'http://[::1]:81', 'ftp://h//a//']);
const link = () => pick(['', '', '/', '//h', '//', 'http:', 'https:', 'file:', 'file:C|/x', '?s', '#f', '..', '.', 'C:/a', '/C|/a', '\\\\h\\a', '///h', '//u@h:80/', 'x:', 'x:y', '/..//a', 'http:a', 'HTTP:/b']) + words(5);
const VALUES = {
  protocol: () => pick([...SCHEMES, 'http', 'https', 'file', 'x', 'wss:x', 'é', '']),
  username: () => words(4), password: () => words(4),
  host: () => pick(HOSTS) + maybe(2, PORTS) + maybe(6, ['/x', '?q', '#h', '\\y', '@z']),
  hostname: () => pick(HOSTS) + maybe(6, [':80', '/x', '?q', '#h', '@z']),
  port: () => pick(['80', '443', '8080', '', '0', '65536', '9x', 'x9', ' 9', '9\t9', '-1', '1e3', 8080, 80.5, -1, 1e21, '21']),
  pathname: () => maybe(2, ['/']) + words(6), search: () => maybe(2, ['?']) + words(6), hash: () => maybe(2, ['#']) + words(6),
  href: () => random(2) ? tidy() : address(),
};
const NAMES = ['a', 'b', 'c', '', 'a b', 'é', '😀', '\ue000', '\ud800', 'x~*', '%zz', '+', '=&', 1, true];
const name = () => pick(NAMES);
// Where malformed escapes stand beside characters that are not ASCII, Node 26.10 cuts these to a byte: not both in one query.
const ESCAPES = ['&', '=', '+', '%20', '%c3%a9', '&&', '~', '*', ';', '?', '#', '%EF%BB%BF'];
const MALFORMED = [...ESCAPES, '%', '%zz', '%ff', '%E4', 'a', 'b', '1'], WIDE = [...ESCAPES, '\ufeff', 'é', '😀', '\ue000', '\ud800', 'a'];
const query = () => { const pieces = pick([MALFORMED, WIDE]); return maybe(2, ['?']) + list(9, () => pick(pieces)).join(''); };
const init = () => pick([query, query, () => list(5, () => [name(), name()]), () => Object.fromEntries(list(4, () => [name(), name()])), () => 5, () => true,
  () => list(3, () => pick([['a'], ['a', 'b'], ['a', 'b', 'c'], 'ab', 5, []]))])();
const OPERATIONS = [['append', 2], ['append', 2], ['delete', 1], ['delete', 2], ['get', 1], ['getAll', 1], ['has', 1], ['has', 2], ['set', 2], ['set', 2], ['sort', 0], ['toString', 0]];
const operations = () => list(7, () => { const [method, length] = pick(OPERATIONS); return [method, Array.from({ length }, name)]; });
const onUrl = () => list(6, () => random(2) ? ['params', ...((([method, length]) => [method, Array.from({ length }, name)])(pick(OPERATIONS)))] : ['set', ...((part) => [part, VALUES[part]()])(pick(['search', 'search', 'href', 'hash', 'pathname']))]);
const partsOf = (url) => PARTS.map((part) => url[part]);
const failing = (make) => { try { return make(); } catch ({ code, message, input, base }) { return { code, message, input, base }; } };
const apply = (params, [method, args]) => failing(() => params[method](...args) ?? null);
const KINDS = {
  url: [() => random(3) ? [address()] : [link(), random(3) ? tidy() : address()], (...args) => failing(() => partsOf(new URL(...args)))],
  canParse: [() => random(2) ? [address()] : [link(), address()], (...args) => [URL.canParse(...args), URL.parse(...args)?.href ?? null]],
  set: [() => [tidy(), list(5, () => { const part = pick(Object.keys(VALUES)); return [part, VALUES[part]()]; })],
    (text, changes) => { const url = new URL(text); return changes.map(([part, value]) => failing(() => { url[part] = value; return partsOf(url); })); }],
  params: [() => [init(), operations()],
    (start, calls) => failing(() => { const params = new URLSearchParams(start); return [[...params], params.size, calls.map((call) => apply(params, call)), `${params}`]; })],
  linked: [() => [tidy(), onUrl()],
    (text, changes) => { const url = new URL(text), params = url.searchParams; return changes.map(([kind, what, value]) => [failing(() => kind === 'set' ? (url[what] = value, null) : params[what](...value) ?? null), url.href, [...params]]); }],
  domain: [() => [pick(HOSTS) + maybe(3, ['.com', '.é', '.', '/x', '?y', ':80', '@z', ' '])], (text) => [require('url').domainToASCII(text), require('url').domainToUnicode(text)]],
};
const KIND_NAMES = Object.keys(KINDS);
for (let left = count; left > 0; left--) {
  const kind = KIND_NAMES[left % KIND_NAMES.length], [make, run] = KINDS[kind], args = make();
  const told = JSON.stringify(args);
  console.log(`[${JSON.stringify(kind)},${told},${JSON.stringify(run(...args))}]`);
}
