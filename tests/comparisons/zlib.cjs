'use strict';
const zlib = require('zlib');
const { Transform, Readable } = require('stream');
const { buffer } = require('stream/consumers');

const KINDS = [['Deflate', 'Inflate'], ['Gzip', 'Gunzip'], ['DeflateRaw', 'InflateRaw'], ['Gzip', 'Unzip'], ['Deflate', 'Unzip'], ['BrotliCompress', 'BrotliDecompress'], ['ZstdCompress', 'ZstdDecompress']];
const TEXT = 'some words again and again, '.repeat(50);
const each = (functions) => functions.map((run) => {
  try {
    return run();
  } catch (error) {
    return [error.name, error.code ?? null, error.message];
  }
});
const eventsOf = (stream, ...names) => new Promise((resolve) => {
  const seen = [];
  for (const name of names) stream.on(name, (value) => seen.push(value instanceof Error ? [name, value.code, value.errno] : [name]));
  stream.on('close', () => resolve([...seen, ['close']]));
});

module.exports = {
  theClasses: () => KINDS.map(([writer, reader]) => [zlib[`create${writer}`]() instanceof zlib[writer], zlib[`create${reader}`]() instanceof zlib[reader], new zlib[reader]() instanceof Transform, zlib[`create${writer}`]().bytesWritten]),
  streams: () => Promise.all(KINDS.map(async ([writer, reader]) => {
    const packer = zlib[`create${writer}`]();
    const found = await buffer(Readable.from([TEXT.slice(0, 500), TEXT.slice(500)]).pipe(packer).pipe(zlib[`create${reader}`]()));
    return [String(found) === TEXT, packer.bytesWritten];
  })),
  sync: () => KINDS.map(([writer, reader]) => {
    const lower = (name) => name[0].toLowerCase() + name.slice(1);
    const packed = zlib[`${lower(writer)}Sync`](TEXT);
    return [String(zlib[`${lower(reader)}Sync`](packed)) === TEXT, packed.length < 200];
  }),
  callbacks: () => Promise.all(KINDS.map(([writer, reader]) => new Promise((resolve) => {
    const lower = (name) => name[0].toLowerCase() + name.slice(1);
    zlib[lower(writer)](TEXT, (first, packed) => zlib[lower(reader)](packed, { maxOutputLength: 5000 }, (error, data) => resolve([first, error, String(data) === TEXT])));
  }))),
  info: () => KINDS.map(([writer]) => {
    const { buffer: packed, engine } = zlib[`${writer[0].toLowerCase()}${writer.slice(1)}Sync`]('a', { info: true });
    return [packed.length > 0, engine instanceof zlib[writer]];
  }),
  damage: () => Promise.all(['Inflate', 'Gunzip', 'InflateRaw', 'Unzip', 'ZstdDecompress'].map((name) => eventsOf(zlib[`create${name}`]().end(Buffer.from('junk data')), 'error', 'end', 'finish'))),
  truncation: () => Promise.all(KINDS.map(([writer, reader]) => {
    const packed = zlib[`${writer[0].toLowerCase()}${writer.slice(1)}Sync`](TEXT);
    return eventsOf(zlib[`create${reader}`]().end(packed.subarray(0, -1)).resume(), 'error', 'end');
  })),
  flush: () => Promise.all(KINDS.map(([writer, reader]) => new Promise((resolve) => {
    const packer = zlib[`create${writer}`]();
    const unpacker = packer.pipe(zlib[`create${reader}`]());
    packer.write('half of it');
    unpacker.once('data', (data) => resolve(String(data)));
    packer.flush();
  }))),
  kindsOfFlush: () => each([() => zlib.createGzip().flush(9), () => zlib.createBrotliCompress().flush(9), () => zlib.createZstdCompress().flush(9), () => zlib.createGzip({ flush: 9 }), () => zlib.createBrotliCompress({ flush: 9 }), () => zlib.createZstdCompress({ finishFlush: 9 })]),
  params: () => new Promise((resolve) => {
    const packer = zlib.createGzip({ level: 0 });
    const pieces = [];
    packer.on('data', (piece) => pieces.push(piece));
    packer.write(TEXT);
    packer.params(9, zlib.constants.Z_DEFAULT_STRATEGY, () => {
      packer.end(TEXT);
      packer.on('end', () => resolve([String(zlib.gunzipSync(Buffer.concat(pieces))) === TEXT + TEXT, ...each([() => packer.params(10, 0), () => packer.params(1, 9), () => packer.params('a', 0)])]));
    });
  }),
  reset: () => {
    const unpacker = zlib.createGunzip();
    unpacker.reset();
    unpacker.end(zlib.gzipSync('x'));
    return buffer(unpacker);
  },
  close: async () => {
    const stream = zlib.createGzip();
    const seen = [];
    await new Promise((resolve) => {
      stream.on('close', () => seen.push('close'));
      stream.close(() => { seen.push('called'); resolve(); });
    });
    return [...seen, stream.destroyed];
  },
  options: () => each([
    { level: 1, memLevel: 9, strategy: 2, windowBits: 12, chunkSize: 64, finishFlush: zlib.constants.Z_FINISH, flush: zlib.constants.Z_SYNC_FLUSH }, { dictionary: Buffer.from('some words') }, { level: 10 }, { memLevel: 0 }, { strategy: 5 }, { windowBits: 16 },
    { chunkSize: 1 }, { dictionary: 5 }, { maxOutputLength: 1 }, { rejectGarbageAfterEnd: 5 }, { rejectGarbageAfterEnd: true },
  ].map((options) => () => String(zlib.inflateSync(zlib.deflateSync(TEXT, options), { dictionary: options.dictionary })) === TEXT)),
  garbage: () => each([['gzip', 'gunzip'], ['deflate', 'inflate'], ['deflateRaw', 'inflateRaw'], ['gzip', 'unzip'], ['deflate', 'unzip'], ['zstdCompress', 'zstdDecompress']].flatMap(([writer, reader]) => {
    const packed = zlib[`${writer}Sync`]('data');
    return [Buffer.alloc(0), Buffer.from('junk'), Buffer.alloc(3), packed].flatMap((rest) => [true, false].map((rejectGarbageAfterEnd) => () => String(zlib[`${reader}Sync`](Buffer.concat([packed, rest]), { rejectGarbageAfterEnd }))));
  })),
  optionsOfBrotli: () => each([
    { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4, [zlib.constants.BROTLI_PARAM_MODE]: 1 } }, { chunkSize: 100, flush: 1, finishFlush: 2, maxOutputLength: 5000, rejectGarbageAfterEnd: true, info: false }, { params: { x: 1 } }, { params: { 1: 'a' } }, { params: { 9: 1 } },
    { chunkSize: 1 }, { maxOutputLength: 1 }, { rejectGarbageAfterEnd: 1 },
  ].map((options) => () => String(zlib.brotliDecompressSync(zlib.brotliCompressSync(TEXT, options))) === TEXT)),
  optionsOfZstandard: () => each([
    { params: { [zlib.constants.ZSTD_c_compressionLevel]: 9, [zlib.constants.ZSTD_c_checksumFlag]: 1 } }, { chunkSize: 100, flush: 1, finishFlush: 2, maxOutputLength: 5000, rejectGarbageAfterEnd: true, info: false }, { pledgedSrcSize: TEXT.length }, { pledgedSrcSize: 5 }, { pledgedSrcSize: -1 },
    { params: { x: 1 } }, { params: { 100: 'a' } }, { params: { 1: 1 } }, { params: { 100: 99 } }, { params: { 500: 1 } }, { dictionary: 5 }, { chunkSize: 1 }, { maxOutputLength: 1 },
  ].map((options) => () => String(zlib.zstdDecompressSync(zlib.zstdCompressSync(TEXT, options))) === TEXT)),
  aDictionaryOfZstandard: () => {
    const dictionary = Buffer.from(TEXT);
    const packed = zlib.zstdCompressSync(TEXT, { dictionary });
    return [packed.length < 40, String(zlib.zstdDecompressSync(packed, { dictionary })) === TEXT];
  },
  crc32: () => [zlib.crc32('hello'), zlib.crc32(Buffer.from('lo'), zlib.crc32('hel')), zlib.crc32('')],
  codes: () => zlib.codes,
  constants: () => zlib.constants,
};
