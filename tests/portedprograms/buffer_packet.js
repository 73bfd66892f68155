// An MQTT packet codec, as one writes it in Node.
function encodeLength(length) { const out = []; do { let byte = length % 128; length = Math.floor(length / 128); if (length > 0) byte |= 0x80; out.push(byte); } while (length > 0); return Buffer.from(out); }
function string(text) { const data = Buffer.from(text, 'utf8'); const head = Buffer.allocUnsafe(2); head.writeUInt16BE(data.length); return Buffer.concat([head, data]); }
function connect({ clientId, keepalive, username }) {
  const flags = 0x02 | (username ? 0x80 : 0);
  const alive = Buffer.alloc(2); alive.writeUInt16BE(keepalive, 0);
  const body = Buffer.concat([string('MQTT'), Buffer.from([4, flags]), alive, string(clientId), username ? string(username) : Buffer.alloc(0)]);
  return Buffer.concat([Buffer.from([0x10]), encodeLength(body.length), body]);
}
function publish(topic, payload) { const body = Buffer.concat([string(topic), Buffer.from(payload)]); return Buffer.concat([Buffer.from([0x30]), encodeLength(body.length), body]); }
function* parse(state) {
  for (;;) {
    let length = 0, multiplier = 1, offset = 1, byte;
    do { if (offset >= state.buffer.length) return; byte = state.buffer[offset++]; length += (byte & 127) * multiplier; multiplier *= 128; if (offset > 5) throw new Error('malformed length'); } while (byte & 0x80);
    if (state.buffer.length < offset + length) return;
    const packet = state.buffer.subarray(0, offset + length); state.buffer = state.buffer.subarray(offset + length);
    const type = packet.readUInt8(0) >> 4;
    if (type === 1) yield ['connect', packet.toString('utf8', offset + 2, offset + 6), packet.readUInt8(offset + 6), packet.readUInt16BE(offset + 8)];
    else if (type === 3) { const n = packet.readUInt16BE(offset); yield ['publish', packet.toString('utf8', offset + 2, offset + 2 + n), packet.length - offset - 2 - n]; }
    else throw new Error('packet of type ' + type);
  }
}
const bytes = Buffer.concat([connect({ clientId: 'é1', keepalive: 60, username: 'u' }), publish('a/b', 'x'.repeat(300)), publish('c', '')]);
console.log(bytes.length, bytes.toString('hex', 0, 24));
for (const size of [1, 7, 1000]) {
  const state = { buffer: Buffer.alloc(0) }, found = [];
  for (let i = 0; i < bytes.length; i += size) { state.buffer = Buffer.concat([state.buffer, bytes.subarray(i, i + size)]); for (const p of parse(state)) found.push(p.join('/')); }
  console.log(size, found.join(' '));
}
for (const broken of ['f000', '10ffffffffff01', '1003000454']) { try { console.log([...parse({ buffer: Buffer.from(broken, 'hex') })].length); } catch (e) { console.log(e.code ?? '', e.message); } }
