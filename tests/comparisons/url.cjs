'use strict';
const url = require('url');
const { URL, URLSearchParams } = url;

const each = (functions) => functions.map((run) => {
  try {
    return run();
  } catch (error) {
    return [error.name, error.code ?? null, error.code ? error.message : ''];
  }
});
const TEXTS = ['https://user:pa%20ss@sub.example.com:8080/p/a/t/h?query=string&a=1#hash', 'http://a', 'file:///c:/x%20y', 'mailto:a@b', 'https://日本.example:443/é?ü#ß', 'HTTP://A:80/../b/./c', 'ws://[::1]:9/'];
const MEMBERS = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];

module.exports = {
  members: () => TEXTS.map((text) => MEMBERS.map((name) => new URL(text)[name]).concat(new URL(text).toJSON(), String(new URL(text)), [...new URL(text).searchParams].flat())),
  membersThatAreSet: () => ['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'].flatMap((name) => ['https://b/c', 'x', '', '8081', 'a b', '?q', '#f'].map((value) => each([() => {
    const made = new URL(TEXTS[0]);
    made[name] = value;
    return made.href;
  }])[0])),
  statics: () => [URL.canParse('a'), URL.canParse('a', 'http://b'), URL.canParse('http://a'), URL.parse('a'), URL.parse('a', 'http://b').href, ...each([() => new URL('a').href, () => new URL('a', 'http://b/c').href])],
  objects: () => {
    const { Blob } = require('buffer');
    const id = URL.createObjectURL(new Blob(['a']));
    const before = require('buffer').resolveObjectURL(id).size;
    URL.revokeObjectURL(id);
    return [id.startsWith('blob:nodedata:'), before, require('buffer').resolveObjectURL(id) === undefined];
  },
  searchParams: () => {
    const params = new URLSearchParams('a=1&b=2&a=3&c=%20+');
    const seen = [];
    params.forEach((value, name) => seen.push([name, value]));
    const before = [params.size, params.get('a'), params.getAll('a'), params.get('x'), params.has('a'), params.has('a', '3'), params.has('x'), [...params.keys()], [...params.values()], [...params.entries()], [...params]];
    params.append('d', 'é &');
    params.set('a', '9');
    params.delete('b');
    params.delete('c', 'other');
    const changed = String(params);
    params.sort();
    const entries = params.entries();
    return [seen, before, changed, String(params), entries.next().value, [...entries]];
  },
  makingSearchParams: () => ['?a=b', 'a=b&&=c&d', { a: 1, b: 'x y' }, [['a', 'b'], ['a', 'c']], new URLSearchParams('q=1')].map((value) => String(new URLSearchParams(value))),
  searchParamsOfAUrl: () => {
    const made = new URL('http://a/?x=1');
    made.searchParams.append('y', '2 3');
    const first = made.href;
    made.search = '?z=4';
    return [first, made.searchParams.get('z'), made.searchParams.get('x')];
  },
  formatOfAUrl: () => [{ auth: false }, { fragment: false }, { search: false }, { unicode: true }, {}].map((options) => url.format(new URL('https://u:p@xn--wgv71a.example/p?q#f'), options)),
  paths: () => each([
    () => url.fileURLToPath('file:///a%20b/%E2%82%AC'), () => url.fileURLToPath(new URL('file:///c:/x'), { windows: true }), () => url.fileURLToPath('file:///c:/x', { windows: false }), () => url.fileURLToPath('http://a'), () => url.fileURLToPath('file:///a%2Fb'),
    () => url.fileURLToPathBuffer('file:///a%FF'), () => url.pathToFileURL('/a b#?%').href, () => url.pathToFileURL('C:\\x y', { windows: true }).href, () => url.pathToFileURL('/x', { windows: false }).href,
  ]),
  pathsOfWindows: () => {
    const here = url.pathToFileURL('.', { windows: false }).pathname;
    const paths = String.raw`C:,C:foo\bar,C:..\..\..\..\..\..\..\..\..\..\..\x,C:.,C:\\,C:\..,C:/,C:foo/,D:foo,.,,foo/bar\..\baz,C|\x,1:\x,C: ,CON,\foo,\\,\\server,\\server\\,\\server\share\\a\..\b,//server/share/../x,/\server\share,//server,//./,//./pipe/x,\\.\COM1,\\?\C:\x,\\?\UNC\server\share\f,//?/UNC/a/b,\\?\UNC\server,\\?\UNC\\x,\\?\\x,\\ser ver\x,\\a?b\s,\\a:80\s,\\C:\x,\\[::1]\s,\\a%41\s,\\\share,file:///C:/x`.split(',');
    const made = each(paths.map((path) => () => url.pathToFileURL(path, { windows: true }).href.replace(here, '/HERE')));
    const urls = 'file:///C:/x file:///c|/x file:///C: file:///C:foo file:///%43:/x file:///C%3A/x file:///ab:/x file:///x file://server/share file://server file:////server/share file:///C:/a%2fb file:///C:/a%5cb file:///1:/x file://C:/x file:C:/x file://xn--n3h.example/a file:///C:/%2 file:///C:/%FF'.split(' ');
    const calls = urls.flatMap((text) => [true, false].map((windows) => () => url.fileURLToPathBuffer(text, { windows }).toString('latin1')));
    return [...made, ...each(urls.slice(0, -2).map((text) => () => url.fileURLToPath(text, { windows: true }))), ...each(calls)];
  },
  httpOptions: () => {
    const { protocol, hostname, port, path, pathname, search, hash, href, auth } = url.urlToHttpOptions(new URL(TEXTS[0]));
    return { protocol, hostname, port, path, pathname, search, hash, href, auth };
  },
  legacy: () => TEXTS.map((text) => {
    const { protocol, slashes, auth, host, port, hostname, hash, search, query, pathname, path, href } = url.parse(text);
    return { protocol, slashes, auth, host, port, hostname, hash, search, query, pathname, path, href };
  }),
  legacyQueries: () => [url.parse('/a?b=1&b=2&c', true).query, url.parse('/a?b=1').query, url.parse('//h/p', false, true).host, url.parse('/a') instanceof url.Url, url.parse('/a?b=1', true).query.missing === undefined],
  formatOfParts: () => [{ protocol: 'http', host: 'a:1', pathname: 'x', search: 'q', hash: 'h' }, { hostname: '::1', port: 5, query: { a: [1, 2] }, slashes: true }, { auth: 'u:p', hostname: 'h', protocol: 'ftp:' }, { href: 'ignored', pathname: '/p?#' }].map((parts) => url.format(parts)),
  resolving: () => [url.resolve('/one/two/three', 'four'), url.resolve('http://example.com/one', '/two'), url.resolveObject('http://a/b', '../c').href],
  domains: () => [url.domainToASCII('español.com'), url.domainToASCII('xn--iñvalid.com'), url.domainToUnicode('xn--espaol-zwa.com'), url.domainToUnicode('xn--iñvalid.com')],
};
