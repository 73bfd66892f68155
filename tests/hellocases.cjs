// Records what Node's TLS server says of bytes that come instead of a ClientHello, for tests/tls/test_differential.py.
// Lines of hexadecimal digits on standard input; on standard output each with the code of 'tlsClientError'.
//
//     python tools/fuzz_handshakes.py --print 400 --seed 4 | node tests/hellocases.cjs cert.pem key.pem | gzip -9n > FILE
'use strict';
const fs = require('fs');
const net = require('net');
const tls = require('tls');

const [cert, key] = process.argv.slice(2).map((name) => fs.readFileSync(name));
const server = tls.createServer({cert, key});
let told;
server.on('tlsClientError', (error) => told(error.code));
server.on('secureConnection', () => told('secure'));
const ask = (data) => new Promise((done) => {
  told = done;
  const peer = net.connect(server.address().port, '127.0.0.1', () => peer.end(data));
  peer.on('error', () => {});
  peer.resume();
});
server.listen(0, '127.0.0.1', async () => {
  for (const line of fs.readFileSync(0, 'latin1').trim().split('\n')) {
    console.log(`${line} ${await ask(Buffer.from(line, 'hex'))}`);
  }
  process.exit();
});
