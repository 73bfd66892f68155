// Random host names and certificates, with what tls.checkServerIdentity says: node identitycases.cjs SEED COUNT
// One line of JSON per case: [host, certificate, result], the result null or [code, message, reason, host].
'use strict';
const tls = require('tls');
const { random, pick } = require('./random.cjs');
const many = (most, make) => Array.from({ length: random(most + 1) }, make);
const LABELS = ['a', 'b', 'www', 'WWW', 'example', 'Example', 'com', 'co', 'uk', 'xn--bcher-kva', 'bücher', 'Bücher', 'x-y', 'a_b', '', '127', '1', '*', 'w*',
  '*w', 'w*w', 'xn--*', '**', 'ﬀ', '😀', 'a b', 'a%41', 'é', '\u212a', 'ſ'];
const dns = () => pick([() => Array.from({ length: 1 + random(4) }, () => pick(LABELS)).join('.'), () => pick(['a.com', '*.a.com', 'a.b.com',
  '*.b.com', 'localhost', '*', '*.com', '*.', '.com', 'a.com.', '*.a.com.', '.', '..', 'a.*.com', 'w*.a.com', '*w.a.com', 'www*.a.com',
  'xn--bcher-kva.com', '*.xn--bcher-kva.com', 'xn--*.com', 'bücher.com', '*.co.uk', 'b*z.a.com', '*.*.com', 'A.COM', '*.A.com'])])();
const ip = () => pick(['127.0.0.1', '10.0.0.1', '::1', '0:0:0:0:0:0:0:1', '2001:DB8:0:0:0:0:0:1', '2001:db8::1', '::ffff:127.0.0.1', '0:0:0:0:0:FFFF:7F00:1',
  '1.2.3', '01.2.3.4', '::', '0:0:0:0:0:0:0:0', '<invalid length=5>', 'fe80::1', 'fe80::1%eth0', '256.1.1.1', '::127.0.0.1', '1.2.3.4']);
const ODD = ['"', '\\', ',', ', ', 'DNS:a.com', 'IP Address:', ' ', '\\"', '\\u002c', '\0', "'", ';', 'a.com', '', 'é'];
const quoted = (text) => random(8) ? JSON.stringify(text) : `"${text}`;
const odd = () => many(4, () => pick(ODD)).join('');
const entry = () => pick([() => `DNS:${dns()}`, () => `DNS:${dns()}`, () => `DNS:${dns()}`, () => `IP Address:${ip()}`, () => `DNS:${ip()}`,
  () => 'URI:http://a.com/', () => 'email:a@a.com', () => `DNS:${quoted(`${dns()}${odd()}`)}`, () => 'DirName:CN=a.com', () => `URI:${quoted(odd())}`,
  () => `IP Address:${quoted(ip())}`, () => `${odd()}`, () => 'dns:a.com', () => 'othername:<unsupported>'])();
const names = () => Array.from({ length: random(12) ? 1 + random(3) : 0 }, entry).join(', ');
const cn = () => pick([dns, ip, () => [dns(), dns()], () => '', () => undefined, () => []])();
const subject = () => pick([() => ({ CN: dns() }), () => ({ CN: cn() }), () => ({ CN: cn() }), () => ({}), () => undefined, () => ({ O: 'x' })])();
const varied = (name) => pick([name, name.toUpperCase(), `${name}.`, name.replace('*', pick(['x', 'www', 'a.b', 'xn--a', 'bücher', '', 'x-1', 'é'])), `x.${name}`,
  name.replace(/^[^.]*\./, ''), `${name}..`, name.replace('xn--bcher-kva', 'bücher'), ` ${name}`, `${name}:80`]);
for (let left = Number(process.argv[3]); left > 0; left--) {
  const cert = { subject: subject(), subjectaltname: random(5) ? names() : undefined };
  const known = [...(cert.subjectaltname ?? '').matchAll(/(?:DNS|IP Address):([^,]*)/g)].map((each) => each[1]).concat(cert.subject?.CN ?? []);
  const host = random(7) && known.length ? varied(pick(known)) : pick([dns, dns, ip, odd])();
  let result;
  try {
    const error = tls.checkServerIdentity(host, cert);
    result = error === undefined ? null : [error.code, error.message, error.reason, error.host, error.cert === cert];
  } catch (error) {
    result = [error.code, error.message];
  }
  console.log(JSON.stringify([host, cert, result]));
}
