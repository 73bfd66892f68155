'use strict';
const readline = require('readline');
const { PassThrough } = require('stream');

const each = (functions) => functions.map((run) => {
  try {
    return run();
  } catch (error) {
    return [error.name, error.code ?? null, error.code ? error.message : ''];
  }
});
const made = (options) => readline.createInterface({ input: new PassThrough(), ...options });
const turns = async (count = 4) => {
  while (count--) await new Promise((resolve) => setImmediate(resolve));
};
/** What the functions return, and what is written to a stream. */
const written = async (functions) => {
  const found = [];
  for (const run of functions) {
    const stream = new PassThrough();
    const result = each([() => run(stream)])[0];
    found.push([result, stream.read()]);
  }
  return found;
};
const moves = (name, values) => written(values.map((value) => (stream) => readline[name](stream, ...value)));

module.exports = {
  optionsOfAnInterface: () => each([
    () => made().terminal, () => made({ terminal: true }).terminal, () => made({ output: Object.assign(new PassThrough(), { isTTY: true }) }).terminal, () => made({ output: Object.assign(new PassThrough(), { isTTY: true }), terminal: false }).terminal,
    () => made().crlfDelay, () => made({ crlfDelay: 5 }).crlfDelay, () => made({ crlfDelay: 500 }).crlfDelay, () => made({ crlfDelay: Infinity }).crlfDelay, () => made({ crlfDelay: 0 }).crlfDelay,
    () => made().tabSize, () => made({ tabSize: 3 }).tabSize, () => made().escapeCodeTimeout, () => made({ escapeCodeTimeout: 7 }).escapeCodeTimeout, () => made().getPrompt(), () => made({ prompt: 'a' }).getPrompt(), () => made({ prompt: '' }).getPrompt(),
    () => made().line, () => made({ terminal: true }).cursor, () => made({ history: ['a'], historySize: 5, removeHistoryDuplicates: true, completer: () => [] }).line,
  ]),
  wrongOptions: () => each([
    () => readline.createInterface(), () => readline.createInterface({}), () => readline.createInterface({ input: 5 }), () => made({ completer: 5 }), () => made({ history: 5 }), () => made({ historySize: -1 }), () => made({ historySize: 'a' }),
    () => made({ tabSize: 0 }), () => made({ tabSize: 1.5 }), () => made({ tabSize: 'a' }), () => made({ signal: 5 }),
  ]).map((error, at) => (at < 3 ? error[0] : error)),
  argumentsOfCreateInterface: async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const rl = readline.createInterface(input, output);
    const lines = [];
    rl.on('line', (line) => lines.push(line));
    rl.prompt();
    input.end('a\nb');
    await turns();
    return [lines, output.read(), rl.input === input, rl.output === output];
  },
  events: async () => {
    const rl = made();
    const seen = [];
    for (const name of ['line', 'pause', 'resume', 'close', 'error']) rl.on(name, (value) => seen.push(value === undefined ? [name] : [name, value instanceof Error ? value.message : value]));
    rl.write('a\nb');
    rl.input.write('c\n');
    rl.pause();
    rl.pause();
    rl.resume();
    rl.resume();
    rl.input.emit('error', new Error('x'));
    rl.close();
    rl.close();
    await turns();
    return seen;
  },
  afterTheEnd: () => {
    const rl = made();
    rl.close();
    return each([() => rl.pause(), () => rl.resume(), () => rl.prompt(), () => rl.write('a'), () => rl.question('a', () => 0), () => rl.setPrompt('b'), () => rl.getPrompt(), () => rl.close(), () => rl.closed]);
  },
  theSignalCloses: async () => {
    const controller = new AbortController();
    const seen = [];
    const one = made({ signal: controller.signal });
    one.on('close', () => seen.push('one'));
    controller.abort();
    const two = made({ signal: controller.signal });
    two.on('close', () => seen.push('two'));
    seen.push(one.closed, two.closed === true);
    await turns();
    return seen;
  },
  prompts: async () => {
    const output = new PassThrough();
    const rl = made({ output, prompt: '?' });
    const answers = [];
    rl.prompt();
    rl.prompt(true);
    rl.setPrompt('é> ');
    rl.prompt();
    rl.question('name ', (answer) => answers.push(answer, rl.getPrompt()));
    rl.question('again ', (answer) => answers.push(answer));
    rl.input.write('joe\n');
    rl.question('no callback ');
    rl.question('late ', { signal: AbortSignal.abort() }, () => answers.push('never'));
    const controller = new AbortController();
    rl.question('taken back ', { signal: controller.signal }, () => answers.push('never'));
    controller.abort();
    rl.on('line', (line) => answers.push(['line', line]));
    rl.input.write('x\n');
    await turns();
    const texts = [];
    for (let text; (text = output.read()) !== null;) texts.push(String(text));
    return [answers, texts.join(''), ...each([() => rl.question('a', { signal: 5 }, () => 0), () => { rl.setPrompt(5); rl.prompt(); }, () => rl.write(5), () => rl.write()])];
  },
  promisified: async () => {
    const rl = made();
    const answer = require('util').promisify(rl.question).call(rl, 'x');
    rl.input.write('yes\n');
    return answer;
  },
  getCursorPos: () => ['', 'abc', 'é€', '日本', 'a\nbc', '\t', 'ab\tc', 'x'.repeat(25), 'x'.repeat(20), '日'.repeat(11), 'a\n\nb', '\x1b[31mred\x1b[0m', 'abcdefghi日j'].flatMap((prompt) => [undefined, 10].map((columns) => {
    const position = made({ prompt, output: Object.assign(new PassThrough(), { columns }) }).getCursorPos();
    return [position.rows, position.cols];
  })),
  clearLine: () => moves('clearLine', [[], [-1], [0], [1], [5], [-3], [0, 5]]),
  clearScreenDown: () => moves('clearScreenDown', [[], [5]]),
  cursorTo: () => moves('cursorTo', [[0], [5], [5, 7], [0, 0], [-1, 2], [undefined, 3], [NaN], [1, NaN], [1, 2, 5], ['a'], [1, 'a']]),
  moveCursor: () => moves('moveCursor', [[0, 0], [1, 0], [-1, 2], [3, -4], [0, 5], [0, -5], [1, 2, 5]]),
  callbacksOfTheCursor: async () => {
    const seen = [];
    const stream = new PassThrough();
    for (const target of [stream, null]) {
      readline.clearLine(target, 0, (error) => seen.push(['line', error ?? null]));
      readline.clearScreenDown(target, (error) => seen.push(['screen', error ?? null]));
      readline.cursorTo(target, 1, (error) => seen.push(['to', error ?? null]));
      readline.cursorTo(target, 1, 2, (error) => seen.push(['to', error ?? null]));
      readline.moveCursor(target, 1, 2, (error) => seen.push(['by', error ?? null]));
      readline.moveCursor(target, 0, 0, (error) => seen.push(['nothing', error ?? null]));
    }
    seen.push('now');
    await turns();
    return seen;
  },
  linesOfAnIteration: async () => {
    const rl = made();
    const found = [];
    setImmediate(() => rl.input.end('a\nb\r\n\nc'));
    for await (const line of rl) found.push(line);
    return [found, rl.closed];
  },
  aLoopThatIsLeft: async () => {
    const rl = made();
    const found = [];
    setImmediate(() => rl.input.write('a\nb\nc\n'));
    for await (const line of rl) {
      found.push(line);
      break;
    }
    await turns();
    found.push(rl.closed === true, rl.listenerCount('line'));
    for await (const line of rl) found.push(line);
    return found;
  },
  anErrorEndsTheLoop: async () => {
    const rl = made();
    setImmediate(() => rl.input.destroy(new Error('gone')));
    try {
      for await (const line of rl) line;
    } catch (error) {
      return [error.message, rl.closed === true];
    }
  },
  manyLines: async () => {
    const rl = made();
    const seen = [];
    for (const name of ['pause', 'resume']) rl.on(name, () => seen.push(name));
    const iterator = rl[Symbol.asyncIterator]();
    for (let n = 0; n < 30; n++) {
      rl.input.write('x\n'.repeat(100));
      await turns(1);
    }
    rl.input.end();
    let count = 0;
    for await (const line of iterator) count += line.length;
    return [count, seen];
  },
  disposed: () => {
    const seen = [];
    {
      using rl = made();
      rl.on('close', () => seen.push('close'));
    }
    return seen;
  },
  theClass: () => [made() instanceof readline.Interface, typeof readline.promises.createInterface],
};
