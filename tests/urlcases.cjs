// Random calls of url's functions, with what Node makes of them: node urlcases.cjs SEED COUNT
// One line of JSON per case: [function, arguments, result].
'use strict';
const url = require('url');
const { random, pick, list } = require('./inspectvalues.cjs');
const count = Number(process.argv[3]);
const words = (n, pieces) => list(n, () => pick(pieces)).join('');
const SCHEMES = ['http:', 'http://', 'https://', 'HTTP://', 'mailto:', 'javascript:', 'file:///', 'file://', 'ftp://', 'ws://', 'x-y.z:', 'x://', '//', '', '', '/', 'data:', 'git+ssh://'];
const HOSTS = ['a.com', 'EXAMPLE.org', 'h', '', '[::1]', '[fe80::1]', 'a_b', 'é.com', 'a..b', '1.2.3.4', 'a b', 'a%41', 'a*', 'a|b', '-a', 'a;b', 'x'.repeat(260)];
const PIECES = ['/', '/', '/', '.', '..', 'a', 'b', 'path', '?', '#', '&', '=', ' ', '%20', '%', 'é', '"', '<', '`', '{', '|', '\\', '@', ':', ';', "'", '^', '\t', '\n', 'q=1', '//', '../', './', '*', '~', '+', '[', ']'];
const PATH = ['/', '/', '.', '..', 'a', 'b', 'c', '../', './', 'x y', '?q', '#h', '//', ';'];
const user = () => random(4) ? '' : pick(['u@', 'u:p@', 'u%40:p@', 'a@b@', ':@', 'é:p@', '@', 'u%zz@', "u'(p)@"]);
const port = () => random(3) ? '' : pick([':80', ':', ':8080', ':99999', ':x', ':0']);
const address = () => random(8) ? pick(SCHEMES) + user() + pick(HOSTS) + port() + (random(3) ? '/' : '') + words(6, PIECES) : words(8, PIECES);
const tidy = () => pick(['http://a.com', 'http://u:p@a.com:8', 'mailto:u@h', 'file://', 'file:///x', '', 'x:y', 'x://h', 'javascript:z']) + words(8, PATH);
const link = () => pick(['', '', '', '', '/', '//h', 'http://b.c', 'http:', 'https:', 'mailto:', 'mailto:v@w', 'file:', 'file:///', 'x:', 'x://k', '?s', '#f', 'javascript:']) + words(6, PATH);
const parts = () => Object.fromEntries(list(7, () => pick([['protocol', pick(['http', 'http:', 'mailto:', 'file', 'x'])], ['slashes', !!random(2)],
  ['auth', pick(['u:p', 'u@:é'])], ['host', pick(['a.com:8', 'b'])], ['hostname', pick(['a.com', '::1', '[::1]'])], ['port', pick([80, '81'])],
  ['pathname', words(4, PIECES)], ['search', pick(['?a#b', 'a=b', ''])], ['query', pick([{ a: 1, b: ['x', 'y'] }, 'text', {}])], ['hash', pick(['#x', 'x', ''])]])));
const FILES = ['/', 'a', 'b c', '%20', '%2F', '%2f', '%5C', '%', '%zz', 'é', '%C3%A9', '%ff', '..', '.', '?q', '#h', '\\', '~', 'C:', '|', '"', '[', '^', '`', '\n', '&', ';'];
const CASES = {
  parse: () => [address(), !random(4), !random(4)],
  format: () => [random(3) ? parts() : address()],
  resolve: () => random(3) ? [tidy(), link()] : [address(), address()],
  resolveObject: () => [tidy(), link()],
  fileURLToPath: () => [pick(['file:///', 'file:///', 'file://localhost/', 'file://h/', 'file:', 'http://a/', 'file:///C:/']) + words(5, FILES), { windows: !random(3) }],
  pathToFileURL: () => [random(30) ? pick(['/', '/', '/', '\\\\srv\\share\\', 'C:\\', 'C:/']) + words(6, FILES) : pick(['\\\\srv', '\\\\\\x']), { windows: !random(3) }],
  domainToUnicode: () => [pick(['xn--e1afmkfd', 'xn--9ca', 'a', 'xn--espaol-zwa', 'xn--', 'xn--zz', 'é', 'A', '1', '[::1]', 'a b']) + pick(['', '.com', '.é', '.', '.xn--9ca'])],
};
const show = (result) => result instanceof URL ? result.href : result;
const NAMES = Object.keys(CASES);
for (let left = count; left > 0; left--) {
  const name = NAMES[left % NAMES.length], args = CASES[name]();
  // A relative path of Windows would hold Node's working directory, and a path of two slashes is another root there.
  if (name === 'pathToFileURL' && args[1].windows && !/^([A-Z]:[\\/]|\\\\srv)/.test(args[0])) args[1].windows = false;
  if (/^C:[\\/]+$/.test(args[0])) args[0] += 'x'; // the root of a drive gets a second slash anywhere but on Windows
  // What is relative begins where we are, which the record must not know.
  if (name === 'pathToFileURL' && !args[1].windows && args[0][0] !== '/') args[0] = '/' + args[0];
  let result;
  try {
    result = show(url[name](...args));
  } catch ({ code, message }) {
    result = { code: code ?? 'URIError', message };
  }
  console.log(JSON.stringify([name, args, result]));
}
