const log = (...a) => console.log(a.join(' '));
log(Buffer.alloc(5, 'a').toString('hex'), Buffer.from([1, 2, 3]).length, Buffer.from('tést', 'latin1').toString('hex'));
const buf1 = Buffer.from('hello world', 'utf8');
log(buf1.toString('hex'), buf1.toString('base64'), Buffer.from('fhqwhgads', 'utf8').toString('base64url'));
log(Buffer.from('1ag', 'hex').toString('hex'), Buffer.byteLength('½ + ¼ = ¾'), Buffer.isBuffer(buf1), Buffer.isEncoding('utf/8'));
log(Buffer.concat([Buffer.from('a'), Buffer.from('bc')], 2).toString(), Buffer.compare(Buffer.from('1'), Buffer.from('0')));
const arr = [Buffer.from('1234'), Buffer.from('0123')];
log(arr.sort(Buffer.compare).map(String).join());
const b = Buffer.from('this is a buffer');
log(b.indexOf('this'), b.indexOf('is'), b.indexOf(Buffer.from('a buffer')), b.indexOf(97), b.lastIndexOf('is'), b.includes('this is a buffer example'));
const buf = Buffer.allocUnsafe(8).fill(0);
buf.writeUInt16BE(0xdead, 0); buf.writeUInt16LE(0xbeef, 2); buf.writeInt32BE(-2, 4);
log(buf.toString('hex'), buf.readUInt16BE(0), buf.readInt8(7), buf.readUInt32LE(4), buf.readUIntBE(0, 6).toString(16));
try { buf.readInt8(8); } catch (e) { log(e.code, e.message); }
try { buf.writeUInt8(256, 0); } catch (e) { log(e.code, e.message); }
buf.writeDoubleBE(123.456, 0); log(buf.toString('hex'), buf.readFloatLE(0).toExponential(3));
const s = b.subarray(0, 4); s[0] = 0x54; log(b.toString('utf8', 0, 7), b.equals(Buffer.from('This is a buffer')));
log(Buffer.from([1, 2, 3, 4]).swap16().join(), JSON.stringify(Buffer.from('ab')), [...Buffer.from('ab').entries()].join('|'));
log(b.copy(buf, 0, 0, 4), buf.slice(0, 4).toString(), b.write('XY', 2), b.toString('ascii', 0, 4), b.at ? b.at(-1) : '');
log(buf.readBigUInt64BE(0) > 0n, Buffer.from('€').toString('latin1').length, Buffer.from('zz', 'base64').length, Buffer.from('test').toString('ucs2').length);
const t = Buffer.from([0xe2, 0x82, 0xac]); log(t.toString(), t.subarray(0, 2).toString(), t.toJSON().data.join());
console.log(buf1); console.log(require('util').inspect(Buffer.alloc(60)));
log(atob('aGk='), btoa('hi'), require('buffer').transcode(Buffer.from('€'), 'utf8', 'latin1').toString('hex'));
