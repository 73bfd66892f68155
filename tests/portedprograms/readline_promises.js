const readline = require('node:readline/promises');
const { PassThrough, Readable } = require('node:stream');
(async () => {
  const input = new PassThrough();
  const rl = readline.createInterface({ input, output: new PassThrough() });
  setImmediate(() => input.write('42\n'));
  const answer = await rl.question('What is the answer? ');
  console.log(`Thank you: ${answer}`);
  const ac = new AbortController();
  const signal = ac.signal;
  setTimeout(() => ac.abort(), 5);
  await rl.question('again? ', { signal }).catch((e) => console.log(e.name, e.code));
  rl.close();
  await rl.question('x').catch((e) => console.log(e.code));
})();
