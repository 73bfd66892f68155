// Random certificates, with what Node says of them: node certificatecases.cjs SEED COUNT
// One line of JSON per certificate: its DER in base64, `legacy` (toLegacyObject), `texts` (the attributes of
// X509Certificate), and `checks`: [method, arguments, result]. The keys are made anew by each run.
'use strict';
const crypto = require('crypto');
const { random, pick } = require('./random.cjs');
const many = (most, make) => Array.from({ length: random(most + 1) }, make);

// -- DER
const der = (tag, ...parts) => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const size = body.length < 128 ? [body.length] :
    body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const seq = (...parts) => der(0x30, ...parts);
const set = (...parts) => der(0x31, ...parts);
const bytes = (n) => Buffer.from(Array.from({ length: n }, () => random(256)));
const oid = (text) => {
  const [first, second, ...rest] = text.split('.').map(BigInt);
  const out = [];
  for (const number of [first * 40n + second, ...rest]) {
    const groups = [Number(number & 127n)];
    for (let left = number >> 7n; left; left >>= 7n) groups.unshift(Number(left & 127n) | 128);
    out.push(...groups);
  }
  return der(6, out);
};
const bool = (value) => der(1, [value ? 255 : 0]);

// -- texts
const CHARACTERS = ['a', 'b', 'c', 'x', 'Z', '0', '9', '.', '.', '-', '_', ' ', ' ', ',', ';', ':', '+', '"', '\\', '#', '=',
  '<', '>', '/', "'", '*', '@', '%', '\0', '\n', '\r', '\t', '\x01', '\x1f', '\x7f', 'é', 'ß', 'Ā', '€', '日', '😀', ', DNS:',
  '"', 'xn--', 'IP Address:', '~', '!', '(', ')', '&', '|', '{', '}', '^', '`', '$', '?', '[', ']'];
const SANE = ['example', 'test', 'a', 'www', 'Mail', 'x-y', 'bücher', 'Acme Inc', 'O’Neill', 'Zürich', 'DE', 'Foo, Bar'];
const text = () => random(3) ? pick(SANE) : many(8, () => pick(CHARACTERS)).join('');
const STRINGS = {
  12: (value) => Buffer.from(value),
  19: (value) => Buffer.from(value, 'latin1'),
  20: (value) => Buffer.from(value, 'latin1'),
  22: (value) => Buffer.from(value, 'latin1'),
  18: (value) => Buffer.from(value, 'latin1'),
  30: (value) => Buffer.from(value, 'utf16le').swap16(),
  28: (value) => Buffer.concat([...value].map((each) => {
    const four = Buffer.alloc(4);
    four.writeUInt32BE(each.codePointAt(0));
    return four;
  })),
};
const string = () => {
  const type = pick([12, 12, 12, 12, 19, 19, 22, 20, 30, 28, 18]);
  return der(type, STRINGS[type](text()));
};
const value = () => random(40) ? string() : pick([() => der(3, [0], bytes(random(4))), () => seq(string()), () => der(12, bytes(random(5))),
  () => der(10, [3]), () => der(4, bytes(2)), () => der(12), () => der(26, Buffer.from('visible'))])();

// -- names
const ATTRIBUTES = ['2.5.4.3', '2.5.4.6', '2.5.4.7', '2.5.4.8', '2.5.4.10', '2.5.4.11', '2.5.4.10', '2.5.4.11', '2.5.4.3',
  '1.2.840.113549.1.9.1', '2.5.4.5', '0.9.2342.19200300.100.1.25', '0.9.2342.19200300.100.1.1', '2.5.4.15', '2.5.4.97',
  '1.3.6.1.4.1.311.60.2.1.3', '2.5.4.9', '2.5.4.17', '2.5.4.4', '2.5.4.42', '1.2.3.4', '1.2.3.4.5.99999999999999999999',
  '2.5.4.46', '2.5.4.12', '2.999.1', '2.5.4.65'];
const SHUFFLED = [...Array(102).keys()].map((n) => `2.5.4.${n}`).concat(
  [...Array(62).keys()].map((n) => `0.9.2342.19200300.100.1.${n}`), [...Array(30).keys()].map((n) => `1.2.840.113549.1.9.${n}`),
  [1, 2, 3].map((n) => `1.3.6.1.4.1.311.60.2.1.${n}`), ['1.2.643.3.131.1.1', '1.2.643.100.1', '1.2.643.100.3', '1.2.643.100.4',
    '1.2.643.100.5', '1.2.643.100.111']);
const attribute = () => seq(oid(random(8) ? pick(ATTRIBUTES) : pick(SHUFFLED)), value());
const name = (most = 6) => seq(...many(most, () => set(...(random(6) ? [attribute()] : [attribute(), attribute()]))));

// -- subjectAltName
const HOSTS = ['example.com', 'EXAMPLE.com', '*.example.com', 'www.example.com', 'a*b.example.com', '*', '*.com', 'localhost',
  'xn--bcher-kva.example', '*.xn--bcher-kva.example', 'bücher.example', '.example.com', 'example.com.', 'a.b.c.example.com',
  '*.*.example.com', 'foo.*.com', '127.0.0.1', '::1', 'xn--*.example.com', 'f*.example.com', '*f.example.com', '', 'a..b',
  'under_score.example.com', '-a.example.com', 'a-.example.com', 'www.example.com\0.evil.org', '*.a.example.com'];
const MAILS = ['a@example.com', 'A@example.com', 'a@EXAMPLE.com', 'Ä@example.com', '"a b"@example.com', 'example.com', '@b', 'a@b@c', 'a@'];
const IPS = ['127.0.0.1', '10.0.0.1', '::1', '2001:db8::1', '::ffff:127.0.0.1', '0.0.0.0', '::', '1.2.3', '1.2.3.4.5', '01.2.3.4',
  '2001:DB8:0:0:0:0:0:1', '1::2::3', 'fe80::1%eth0', 'example.com', '', '::127.0.0.1', '12345::', ':1', '1:', '256.0.0.1',
  ' 127.0.0.1', '127.0.0.1 ', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', '1:2:3:4:5:6:1.2.3.4'];
const ADDRESSES = [[127, 0, 0, 1], [10, 0, 0, 1], [...Array(15).fill(0), 1], [0x20, 1, 13, 184, ...Array(11).fill(0), 1],
  [...Array(10).fill(0), 255, 255, 127, 0, 0, 1], [1, 2, 3], [], [1, 2, 3, 4, 5], [1, 2, 3, 4, 255, 0, 0, 0]];
let used = []; // names in the certificate that is being made
const bare = (choices) => {
  used.push(random(4) ? pick(choices) : text());
  return Buffer.from(used.at(-1), pick(['utf8', 'latin1']));
};
const ON = ['1.3.6.1.5.5.7.8.9', '1.3.6.1.5.5.7.8.5', '1.3.6.1.5.5.7.8.7', '1.3.6.1.4.1.311.20.2.3', '1.3.6.1.5.5.7.8.8', '1.2.3.4'];
const general = (kind = pick([2, 2, 2, 2, 7, 7, 1, 1, 6, 6, 0, 4, 8, 3, 5])) => ({
  0: () => der(0xa0, oid(pick(ON)), der(0xa0, pick([() => der(12, Buffer.from(random(2) ? pick(HOSTS) : text())),
    () => der(22, Buffer.from(random(2) ? pick(HOSTS) : text(), 'latin1')), value])())),
  1: () => der(0x81, bare(MAILS)),
  2: () => der(0x82, bare(HOSTS)),
  3: () => der(0xa3, bytes(2)),
  4: () => der(0xa4, name(3)),
  5: () => der(0xa5, der(0xa1, string())),
  6: () => der(0x86, bare(['http://example.com/', 'urn:uuid:1', 'https://a,b/', 'ldap:///CN=x,DC=y?z', 'http://[::1]/"'])),
  7: () => der(0x87, pick(ADDRESSES)),
  8: () => der(0x88, oid(pick(ATTRIBUTES)).subarray(2)),
}[kind]());
const METHODS = ['1.3.6.1.5.5.7.48.1', '1.3.6.1.5.5.7.48.1', '1.3.6.1.5.5.7.48.2', '1.3.6.1.5.5.7.48.2', '1.3.6.1.5.5.7.48.3', '1.3.6.1.5.5.7.48.4',
  '1.3.6.1.5.5.7.48.5', '1.3.6.1.5.5.7.48.10', '1.2.3.4', '1.3.6.1.5.5.7.48.6', '1.3.6.1.5.5.7.48.11'];
const USES = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.3', '2.5.29.37.0', '1.2.3.4', '1.3.6.1.5.5.7.3.9',
  '1.3.6.1.4.1.311.10.3.3'];
const extension = (id, content, critical) => seq(oid(id), ...(critical === undefined ? [] : [bool(critical)]), der(4, content));
const number = (n) => { const hex = n.toString(16); return der(2, Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')); };
const EXTENSIONS = {
  san: () => extension('2.5.29.17', seq(...many(4, () => general()))),
  sane: () => extension('2.5.29.17', seq(...Array.from({ length: 1 + random(3) }, () => general(pick([2, 2, 7, 1]))))),
  badSan: () => extension('2.5.29.17', pick([bytes(3), der(2, [1]), seq(der(2, [1])), seq(der(0x89, [1])), [], seq(general()).subarray(0, -1),
    Buffer.concat([seq(general()), Buffer.from([5, 0])])])),
  info: () => extension('1.3.6.1.5.5.7.1.1', seq(...many(4, () => seq(oid(pick(METHODS)), general(pick([6, 6, 6, 2, 4, 7, 0, 8])))))),
  badInfo: () => extension('1.3.6.1.5.5.7.1.1', pick([bytes(3), seq(general()), []])),
  ca: () => extension('2.5.29.19', seq(bool(random(2)), ...(random(2) ? [number(random(9))] : [])), random(2)),
  noCa: () => extension('2.5.29.19', pick([seq(), seq(bool(1)), seq(number(1)), bytes(2), []])),
  usage: () => extension('2.5.29.15', der(3, pick([[1, 6], [5, 160], [7, 128], [2, 4], [0], [7, 0], [0, 0, 1]])), 1),
  eku: () => extension('2.5.29.37', seq(...many(4, () => oid(pick(USES)))), random(2)),
  badEku: () => extension('2.5.29.37', pick([bytes(2), seq(string()), []])),
  other: () => extension(pick(['1.2.3.4', '2.5.29.18', '2.5.29.32', '2.5.29.36']), bytes(random(6)), random(2)),
  netscape: () => extension('2.16.840.1.113730.1.1', der(3, pick([[0, 7], [0, 4], [6, 64], [0, 1]]))),
};
const extensions = () => {
  const names = many(5, () => pick(['san', 'sane', 'sane', 'san', 'sane', 'sane', 'info', 'info', 'ca', 'ca', 'noCa', 'usage', 'eku', 'eku', 'other',
    'netscape', ...(random(6) ? [] : ['badSan', 'badInfo', 'badEku'])]));
  return [...(random(30) ? new Set(names) : names)].map((each) => EXTENSIONS[each]());
};

// -- keys and dates
const spki = ({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' });
const pair = (type, options) => crypto.generateKeyPairSync(type, options);
const PAIRS = [pair('rsa', { modulusLength: 512 }), pair('rsa', { modulusLength: 1024, publicExponent: 3 }), pair('rsa', { modulusLength: 768 }),
  ...['P-256', 'P-384', 'P-521', 'P-224', 'P-192', 'secp256k1', 'brainpoolP256r1'].map((namedCurve) => pair('ec', { namedCurve })), pair('ed25519'), pair('ed448'),
  pair('x25519'), pair('x448'), pair('dsa', { modulusLength: 1024, divisorLength: 160 }),
  pair('rsa-pss', { modulusLength: 768, hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 32 }),
  pair('dh', { group: 'modp14' })];
const NAMELESS = new Set(PAIRS.slice(8, 10));
const COMPRESSED = PAIRS.filter((each) => each.publicKey.asymmetricKeyType === 'ec').map(({ publicKey }) => {
  const whole = spki({ publicKey });
  const size = { 'prime256v1': 65, 'secp384r1': 97, 'secp521r1': 133, 'secp256k1': 65, 'brainpoolP256r1': 65, 'secp224r1': 57,
    'prime192v1': 49 }[publicKey.asymmetricKeyDetails.namedCurve];
  const curve = whole.subarray(0, whole.length - size);
  const point = crypto.ECDH.convertKey(whole.subarray(-size), publicKey.asymmetricKeyDetails.namedCurve, undefined, undefined, 'compressed');
  const start = curve.indexOf(Buffer.from([0x30]), 2);
  const algorithm = curve.subarray(start, start + 2 + curve[start + 1]);
  return seq(algorithm, der(3, [0], point));
});
const BAD_KEYS = () => pick([
  seq(seq(oid('1.2.840.113549.1.1.1'), der(5)), der(3, [0], bytes(5))), seq(seq(oid('1.2.3.4')), der(3, [0], bytes(5))),
  seq(seq(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')), der(3, [0, 4], bytes(64))),
  seq(seq(oid('1.2.840.10045.2.1'), oid('1.2.3')), der(3, [0, 4], bytes(64))), seq(seq(oid('1.3.101.112')), der(3, [0], bytes(31))),
  seq(seq(oid('1.2.840.10045.2.1')), der(3, [0, 4], bytes(64))), seq(seq(oid('1.2.840.113549.1.1.1')), der(3, [0], seq(number(77n), number(3)))),
]);
const DATES = ['491231235959Z', '500101000000Z', '991231235959Z', '000229120000Z', '260101000000Z'];
const LONG_DATES = ['20491231235959Z', '20500101000000Z', '99991231235959Z', '19491231235959Z', '00010203040506Z', '21000228010203Z', '16011010101010Z'];
const date = () => random(3) ? der(23, Buffer.from(pick(DATES))) : der(24, Buffer.from(pick(LONG_DATES)));
const ODD_DATES = ['2601010000Z', '260101000000+0100', '261301000000Z', '260230000000Z', '260101000000', '260101000060Z', '', 'x', '260101250000Z',
  '260101000000.5Z', '260101000000-0730'];
const ODD_LONG_DATES = ['20260101000000.5Z', '20260101000000.123456Z', '202601010000Z', '20260101000000', '20260101000000+0100', '20260229000000Z', '2026010100Z'];
const oddDate = () => random(2) ? der(23, Buffer.from(pick(ODD_DATES))) : der(24, Buffer.from(pick(ODD_LONG_DATES)));
const SIGNATURES = ['1.2.840.113549.1.1.11', '1.2.840.113549.1.1.5', '1.2.840.113549.1.1.12', '1.2.840.113549.1.1.13', '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.10', '1.2.840.10045.4.3.2', '1.2.840.10045.4.3.3', '1.2.840.10045.4.3.4', '1.2.840.10045.4.1', '1.3.101.112', '1.3.101.113',
  '1.2.840.10040.4.3', '2.16.840.1.101.3.4.3.2', '2.16.840.1.101.3.4.3.14', '2.16.840.1.101.3.4.3.10', '2.16.840.1.101.3.4.3.17',
  '2.16.840.1.101.3.4.3.18', '2.16.840.1.101.3.4.3.19', '1.2.156.10197.1.501', '1.2.643.7.1.1.3.2', '1.2.3.4', '1.2.840.113549.1.1.14',
  '1.2.840.113549.1.1.15', '1.2.840.113549.1.1.16', '2.16.840.1.101.3.4.3.1', '1.2.840.113549.1.1.2', '1.2.840.10045.4.3.1', '1.2.840.113549.1.1.1',
  '2.16.840.1.101.3.4.3.9', '2.16.840.1.101.3.4.3.11', '2.16.840.1.101.3.4.3.12', '2.16.840.1.101.3.4.3.13', '2.16.840.1.101.3.4.3.15',
  '2.16.840.1.101.3.4.3.16', '1.3.14.3.2.29', '2.16.840.1.101.3.4.3.3', '2.16.840.1.101.3.4.3.4', '2.16.840.1.101.3.4.3.5', '2.16.840.1.101.3.4.3.6',
  '2.16.840.1.101.3.4.3.7', '2.16.840.1.101.3.4.3.8', '2.16.840.1.101.3.4.3.20'];
const serial = () => der(2, pick([() => [0], () => [random(128)], () => [1 + random(127), ...bytes(random(19))], () => [0, 128 + random(128), ...bytes(3)],
  () => [128 + random(128), ...bytes(random(3))], () => [255]])());
const SIGNED = { rsa: '1.2.840.113549.1.1.11', ec: '1.2.840.10045.4.3.2', ed25519: '1.3.101.112', ed448: '1.3.101.113' };

const certificate = () => {
  used = [];
  const keys = pick(PAIRS);
  const type = keys.publicKey.asymmetricKeyType;
  const key = random(10) ? random(5) ? spki(keys) : pick(NAMELESS.has(keys) ? COMPRESSED : COMPRESSED.slice(0, 5)) : BAD_KEYS();
  const isSigned = type in SIGNED && random(3) === 0;
  const own = isSigned ? seq(oid(SIGNED[type]), ...(type === 'rsa' ? [der(5)] : [])) : seq(oid(pick(SIGNATURES)));
  const issuer = name();
  const added = extensions();
  const days = random(12) ? seq(date(), date()) : seq(oddDate(), oddDate());
  const body = seq(...(random(20) ? [der(0xa0, der(2, [2]))] : []), serial(), own, issuer, days, random(3) ? name() : issuer, key,
    ...(added.length ? [der(0xa3, seq(...added))] : []));
  const signature = isSigned ? crypto.sign(type.startsWith('ed') ? null : 'sha256', body, keys.privateKey) : bytes(8);
  return { keys, whole: seq(body, own, der(3, [0], signature)) };
};

// -- what Node says
const plain = (value) => Buffer.isBuffer(value) ? value.toString('hex') : value instanceof Date ? value.getTime() :
  Array.isArray(value) ? value.map(plain) : value && typeof value === 'object' ?
    Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)])) : value;
const attempt = (run) => {
  try { return { value: plain(run()) }; } catch (error) { return { error: error.code ?? null, message: error.message }; }
};
const TEXTS = ['subject', 'subjectAltName', 'issuer', 'infoAccess', 'validFrom', 'validTo', 'validFromDate', 'validToDate', 'fingerprint',
  'fingerprint256', 'fingerprint512', 'keyUsage', 'serialNumber', 'signatureAlgorithm', 'signatureAlgorithmOid', 'ca'];
const FLAGS = [undefined, undefined, undefined, { subject: 'always' }, { subject: 'never' }, { wildcards: false }, { partialWildcards: false },
  { multiLabelWildcards: true }, { singleLabelSubdomains: true }, {}];
const varied = (name) => pick([name, name, name.toUpperCase(), name.replace('*', pick(['www', 'a.b', 'xn--x', '', '*', 'x_y', 'A-1'])),
  name.replace(/^[^.]*/, pick(['x', 'foo', ''])), `www.${name}`, name.replace('*', `${'ab'.repeat(random(3))}`)]);
const check = (made) => {
    const [method, choices] = pick([['checkHost', HOSTS], ['checkHost', HOSTS], ['checkEmail', MAILS], ['checkIP', IPS]]);
  const args = [method === 'checkIP' ? pick(choices) : random(8) ? random(2) && used.length ? varied(pick(used)) : pick(choices) : text()];
  const flags = method === 'checkIP' ? undefined : pick(FLAGS);
  if (flags) args.push(flags);

  return [method, args, attempt(() => made[method](...args))];
};
for (let left = Number(process.argv[3]); left > 0; left--) {
  const { keys, whole } = certificate();
  const line = { der: whole.toString('base64') };
  try {
    const made = new crypto.X509Certificate(whole);
    // Node dies of a key on a curve without a NIST name (docs/departures.md).
    if (!NAMELESS.has(keys)) line.legacy = attempt(() => made.toLegacyObject());
    delete line.legacy?.value?.raw;
    line.texts = Object.fromEntries(TEXTS.map((each) => [each, attempt(() => made[each])]));
    line.checks = Array.from({ length: 8 }, () => check(made));
    line.type = attempt(() => made.publicKey.asymmetricKeyType);
    line.isIssued = attempt(() => made.checkIssued(made));
    line.isVerified = attempt(() => made.verify(made.publicKey));
    line.isOwnKey = attempt(() => made.checkPrivateKey(keys.privateKey));
  } catch (error) {
    line.refused = [error.code, error.message];
  }
  console.log(JSON.stringify(line));
}
