'use strict';
const { StringDecoder } = require('string_decoder');

const texts = (encoding, data, size) => {
  const decoder = new StringDecoder(encoding);
  const found = [];
  for (let at = 0; at < data.length; at += size) found.push(decoder.write(data.subarray(at, at + size)));
  return [...found, decoder.end()];
};

module.exports = {
  piecesOfAnySize: () => {
    const data = Buffer.from('aé€😀\ud800b€'.repeat(3) + '\xff', 'utf8');
    const found = [];
    for (const encoding of ['utf8', 'utf16le', 'base64', 'base64url', 'hex', 'latin1', 'ascii']) {
      for (let size = 1; size < 8; size++) found.push(texts(encoding, data, size), texts(encoding, data.subarray(1, -1), size));
    }
    return found;
  },
  malformed: () => ['ff', 'e282', 'f09f98', 'c3', 'e28241', 'f09f9841', 'eda080', 'f4908080'].map((hex) => texts('utf8', Buffer.from(hex, 'hex'), 1)),
  endTakesALastPiece: () => {
    const decoder = new StringDecoder();
    return [decoder.write(Buffer.from([0xe2])), decoder.end(Buffer.from([0x82, 0xac, 0xe2])), decoder.end(), decoder.write(Buffer.from('a')), decoder.write('text')];
  },
  anUnknownEncoding: () => new StringDecoder('nowhere'),
  noBytes: () => new StringDecoder().write(5),
};
