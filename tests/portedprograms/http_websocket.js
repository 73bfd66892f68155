// RFC 6455 by hand, as in many tutorials.
const http = require('node:http'), crypto = require('node:crypto');
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const accept = (key) => crypto.createHash('sha1').update(key + GUID).digest('base64');
function frame(text) {
  const data = Buffer.from(text);
  if (data.length < 126) return Buffer.concat([Buffer.from([0x81, data.length]), data]);
  const head = Buffer.alloc(4); head[0] = 0x81; head[1] = 126; head.writeUInt16BE(data.length, 2);
  return Buffer.concat([head, data]);
}
function masked(text) {
  const data = Buffer.from(text), mask = Buffer.from([1, 2, 3, 4]);
  const out = Buffer.alloc(6 + data.length);
  out.writeUInt8(0x81, 0); out.writeUInt8(0x80 | data.length, 1); mask.copy(out, 2);
  for (let i = 0; i < data.length; i++) out[6 + i] = data[i] ^ mask[i % 4];
  return out;
}
function unmask(chunk) {
  const length = chunk.readUInt8(1) & 0x7f, mask = chunk.subarray(2, 6), data = chunk.subarray(6, 6 + length);
  for (let i = 0; i < data.length; i++) data[i] ^= mask[i % 4];
  return data.toString('utf8');
}
const server = http.createServer();
server.on('upgrade', (req, socket) => {
  if (req.headers.upgrade !== 'websocket') return socket.end('HTTP/1.1 400 Bad Request');
  socket.write(['HTTP/1.1 101 Web Socket Protocol Handshake', 'Upgrade: WebSocket', 'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept(req.headers['sec-websocket-key'])}`].join('\r\n') + '\r\n\r\n');
  socket.on('data', (chunk) => { const text = unmask(chunk); console.log('server got', text); socket.write(frame(text.repeat(50))); });
  socket.on('end', () => { console.log('server: end'); socket.end(); });
});
server.listen(0, () => {
  const req = http.get({ port: server.address().port, headers: { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' } });
  req.on('upgrade', (res, socket) => {
    console.log(res.headers['sec-websocket-accept']);
    socket.write(masked('héllo'));
    socket.once('data', (d) => { console.log(d.readUInt8(1), d.readUInt16BE(2), d.length, d.subarray(4, 10).toString()); socket.end(); server.close(); });
  });
});
