'use strict';
const buffer = require('buffer');
const { Blob, Buffer, File } = buffer;

const each = (functions) => functions.map((run) => {
  try {
    return run();
  } catch (error) {
    return [error.name, error.code ?? null, error.message];
  }
});
const made = () => Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');

module.exports = {
  statics: () => each([
    () => Buffer.alloc(3), () => Buffer.alloc(5, 'ab'), () => Buffer.alloc(5, 'YWI=', 'base64'), () => Buffer.alloc(-1), () => Buffer.allocUnsafe(4).length, () => Buffer.allocUnsafeSlow(4).length, () => Buffer.byteLength('é€'), () => Buffer.byteLength('YWI=', 'base64'),
    () => Buffer.compare(Buffer.from('a'), Buffer.from('b')), () => Buffer.concat([Buffer.from('a'), Buffer.from('bc')]), () => Buffer.concat([Buffer.from('a'), Buffer.from('bc')], 2), () => Buffer.copyBytesFrom(new Uint8Array([1, 2, 3]), 1), () => Buffer.of(1, 256, -1),
    () => Buffer.isBuffer(made()), () => Buffer.isBuffer('a'), () => Buffer.isEncoding('HEX'), () => Buffer.isEncoding('no'), () => Buffer.poolSize, () => Buffer.from([1, 2, 300]), () => Buffer.from('é', 'latin1'), () => Buffer.from(5), () => Buffer.from('a', 'no'),
  ]),
  contents: () => {
    const one = made();
    const target = Buffer.alloc(4);
    return [one.copy(target, 1, 2, 5), target, one.equals(made()), one.equals(Buffer.from('a')), made().fill('xy', 2, 7), made().fill(0), one.includes(3), one.includes('zz'), one.indexOf(Buffer.from([5, 6])), one.lastIndexOf(5), one.indexOf(7, 8), one.slice(2, 4), one.subarray(-3), one.toString('hex', 1, 3), one.toString('base64'),
      one.toJSON(), made().swap16(), made().swap32(), made().swap64(), made().reverse(), Buffer.alloc(6).write('abc', 2), one.length];
  },
  sharedMemory: () => {
    const one = made();
    one.subarray(2, 4).fill(0xff);
    one.slice(6, 8)[0] = 0xee;
    return one;
  },
  numbers: () => ['BigInt64', 'BigUInt64', 'BigUint64', 'Double', 'Float', 'Int16', 'Int32', 'UInt16', 'UInt32', 'Uint16', 'Uint32'].flatMap((kind) => ['BE', 'LE'].map((order) => {
    const value = made()[`read${kind}${order}`](3);
    const target = Buffer.alloc(10);
    return [String(value), target[`write${kind}${order}`](value, 1), target];
  })),
  numbersOfAnyLength: () => ['Int', 'UInt', 'Uint'].flatMap((kind) => ['BE', 'LE'].flatMap((order) => [1, 3, 6].map((length) => {
    const value = made()[`read${kind}${order}`](8, length);
    const target = Buffer.alloc(8);
    return [value, target[`write${kind}${order}`](value, 1, length), target];
  }))),
  octets: () => ['Int8', 'UInt8', 'Uint8'].map((kind) => [made()[`read${kind}`](9), Buffer.alloc(2)[`write${kind}`](100, 1)]),
  outside: () => each([() => made().readInt32BE(14), () => made().readUInt8(-1), () => made().writeUInt16LE(70000), () => made().writeInt8(200), () => made().readIntBE(0, 7), () => made().readDoubleLE('a'), () => Buffer.from('abc').swap16()]),
  texts: () => [buffer.atob('aGk='), buffer.btoa('hi'), buffer.isAscii(Buffer.from('a')), buffer.isAscii(Buffer.from('é')), buffer.isUtf8(Buffer.from('é')), buffer.isUtf8(Buffer.from([0xff])), buffer.transcode(Buffer.from('€é'), 'utf8', 'latin1'), buffer.transcode(Buffer.from('é'), 'utf8', 'utf16le')],
  limits: () => [buffer.INSPECT_MAX_BYTES, buffer.kMaxLength > 2 ** 30, buffer.kStringMaxLength > 2 ** 28, buffer.constants.MAX_LENGTH === buffer.kMaxLength, buffer.constants.MAX_STRING_LENGTH === buffer.kStringMaxLength],
  blobs: async () => {
    const blob = new Blob(['a\r\nb', Buffer.from('c')], { type: 'Text/Plain', endings: 'transparent' });
    const file = new File(['xyz'], 'name.txt', { type: 'a/b', lastModified: 5 });
    const pieces = [];
    for await (const piece of blob.stream()) pieces.push(Buffer.from(piece));
    const id = URL.createObjectURL(blob);
    const found = buffer.resolveObjectURL(id);
    const sizes = [found.size, buffer.resolveObjectURL('blob:nodedata:none') === undefined];
    return [blob.size, blob.type, await blob.text(), Buffer.from(await blob.arrayBuffer()), Buffer.from(await blob.bytes()), await blob.slice(1, 3, 'x/y').text(), Buffer.concat(pieces), file.name, file.lastModified, file.size, file.type, file instanceof Blob, sizes];
  },
};
