const { Duplex, duplexPair } = require('node:stream');
const s1 = Duplex.from(async function* () { yield 'Hello'; yield 'World'; }());
const s2 = Duplex.from(async function* (source) { for await (const chunk of source) yield String(chunk).toUpperCase(); });
let s = '';
const s3 = Duplex.from(async function (source) { for await (const chunk of source) s += chunk; });
s1.pipe(s2).pipe(s3).on('finish', () => {
  console.log(s);
  const [client, server] = duplexPair();
  server.on('data', (d) => { console.log('server', d.toString()); server.end('pong'); });
  client.on('data', (d) => console.log('client', d.toString())).on('end', () => console.log('end'));
  client.write('ping');
});
