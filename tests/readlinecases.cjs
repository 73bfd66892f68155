// Random programs of one readline interface, with what happens in Node: node readlinecases.cjs SEED COUNT
// One line of JSON per case: [program, log]. `chunks` come one by one, each a turn later; `acts` says what is done when
// so many events have been logged.
'use strict';
const readline = require('readline');
const { PassThrough } = require('stream');
const { random, pick } = require('./random.cjs');

const list = (most, make) => Array.from({ length: random(most + 1) }, make);

const PIECES = ['a', 'bc', 'é', '€😀', '\n', '\r', '\r\n', '\n\r', '\u2028', '\u2029', '\u0085', '\v', '\f', '\n\n', '', ' x ', '\r\r\n', '\ufeff'];
const ACTS = ['pause', 'resume', 'close', 'prompt', 'question', 'setPrompt', 'write', 'two questions', 'abort', 'end', 'destroy'];

function program() {
  const data = Buffer.from(list(14, () => pick(PIECES)).join(''));
  const chunks = [];
  for (let at = 0; at < data.length;) {
    const size = 1 + random(8);
    chunks.push(data.subarray(at, at + size).toString('hex'));
    at += size;
  }
  const acts = random(4) ? list(3, () => [random(8), pick(ACTS)]) : [];
  return { chunks, acts, mode: pick(['events', 'events', 'events', 'iterate', 'break']), atOnce: !random(3), ends: random(4) > 0, delay: pick([null, 500, Infinity]), asText: !random(5), output: random(3) > 0 };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function run({ chunks, acts, mode, atOnce, ends, delay, asText, output: isWritten }) {
  const log = [];
  const input = new PassThrough();
  const output = new PassThrough();
  const controller = new AbortController();
  if (asText) input.setEncoding('utf8');
  const options = { input, signal: controller.signal, crlfDelay: delay === Infinity ? delay : delay ?? undefined };
  if (isWritten) options.output = output;
  input.on('error', (error) => note('input', error.message));
  const rl = readline.createInterface(options);
  let isActing = false;
  const note = (...entry) => {
    log.push(entry);
    if (isActing || log.length > 200) return;
    isActing = true;
    for (const [place, act] of acts) if (place === log.length - 1) perform(act);
    isActing = false;
  };
  const doers = {
    pause: () => rl.pause(), resume: () => rl.resume(), close: () => rl.close(), prompt: () => rl.prompt(), question: () => rl.question('q?', (answer) => note('answer', answer)),
    setPrompt: () => rl.setPrompt('new> '), write: () => rl.write('w\nv'), abort: () => controller.abort(), end: () => input.end(), destroy: () => input.destroy(new Error('gone')),
    'two questions': () => { rl.question('1?', (answer) => note('first', answer, rl.getPrompt())); rl.question('2?', (answer) => note('second', answer)); },
  };
  function perform(act) {
    try {
      doers[act]();
    } catch (error) {
      log.push(['raises', act, error.code]);
    }
  }
  output.on('data', (data) => note('written', String(data)));
  for (const name of ['pause', 'resume', 'close', 'error']) rl.on(name, (error) => note(name, ...(error ? [error.message] : [])));
  if (mode === 'events') rl.on('line', (line) => note('line', line));
  else {
    (async () => {
      let left = mode === 'break' ? 2 : 1000;
      for await (const line of rl) {
        note('got', line);
        if (!--left) break;
      }
      note('iterated');
    })().catch((error) => note('failed', error.message));
  }
  await turn();
  for (const chunk of chunks) {
    if (input.writableEnded || input.destroyed) break;
    input.write(Buffer.from(chunk, 'hex'));
    if (!atOnce) for (let n = 0; n < 3; n++) await turn();
  }
  if (ends && !input.destroyed) input.end();
  for (let n = 0; n < 8; n++) await turn();
  return log;
}

(async () => {
  for (let left = Number(process.argv[3]); left > 0; left--) {
    const made = program();
    const log = await run(made);
    console.log(JSON.stringify([{ ...made, delay: made.delay === Infinity ? 'Infinity' : made.delay }, log]));
  }
  process.exit(0);
})();
