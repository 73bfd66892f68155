const fs = require('node:fs');
const readline = require('node:readline');
const { once } = require('node:events');
const { Readable } = require('node:stream');
const file = __filename + '.txt';
fs.writeFileSync(file, 'one\r\ntwo\n\nfour é\rfive\u2028six');
async function processLineByLine() {
  const fileStream = fs.createReadStream(file, { highWaterMark: 4 });
  const rl = readline.createInterface({ input: fileStream, crlfDelay: Infinity });
  for await (const line of rl) console.log(`Line from file: ${line}`);
  const second = readline.createInterface({ input: fs.createReadStream(file) });
  second.on('line', (line) => { console.log(`Line: ${line}`); }).on('close', () => console.log('close event'));
  await once(second, 'close');
  const third = readline.createInterface({ input: Readable.from(['a\nb', 'c\n', 'd']) });
  third.on('line', (line) => { console.log(line); if (line === 'bc') third.close(); });
  await once(third, 'close');
  console.log(third.closed);
  const handle = await fs.promises.open(file);
  for await (const line of handle.readLines()) console.log(line.length);
  fs.unlinkSync(file);
}
processLineByLine();
