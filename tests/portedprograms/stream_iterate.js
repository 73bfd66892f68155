const { Readable } = require('node:stream');
const fs = require('node:fs');
async function print(readable) {
  readable.setEncoding('utf8');
  let data = '';
  for await (const chunk of readable) data += chunk;
  console.log(data.length, data.slice(0, 10));
}
async function main() {
  fs.writeFileSync(__filename + '.x', 'é'.repeat(100000));
  await print(fs.createReadStream(__filename + '.x')).catch(console.error);
  fs.unlinkSync(__filename + '.x');
  const readable = Readable.from(['a', 'b', 'c']);
  for await (const chunk of readable) { console.log(chunk); if (chunk === 'b') break; }
  console.log(readable.destroyed);
}
main();
