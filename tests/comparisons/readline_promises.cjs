'use strict';
const { Interface, Readline, createInterface } = require('readline/promises');
const { PassThrough } = require('stream');

const each = (functions) => functions.map((run) => {
  try {
    return run();
  } catch (error) {
    return [error.name, error.code, error.message];
  }
});
const failed = (promise) => promise.then((value) => [value], (error) => [error.name, error.code, error.message]);

module.exports = {
  question: async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const rl = createInterface({ input, output, completer: () => [] });
    const answer = rl.question('name? ');
    input.write('joe\n');
    const found = [rl instanceof Interface, await answer, String(output.read())];
    const controller = new AbortController();
    const other = rl.question('again? ', { signal: controller.signal });
    controller.abort();
    found.push(await failed(other), await failed(rl.question('x', { signal: controller.signal })), await failed(rl.question('x', { signal: 5 })));
    const third = rl.question('third? ', { signal: new AbortController().signal });
    input.write('3\n');
    found.push(await third, rl.getPrompt());
    rl.close();
    found.push(await failed(rl.question('late?')));
    return found;
  },
  aCursor: async () => {
    const stream = new PassThrough();
    const cursor = new Readline(stream);
    const found = [cursor.clearLine(-1) === cursor, stream.read()];
    cursor.clearLine(0).clearLine(1).cursorTo(1).cursorTo(3, 4).moveCursor(2, -1).moveCursor(0, 0).clearScreenDown();
    found.push(await cursor.commit(), stream.read(), cursor.rollback() === cursor);
    cursor.cursorTo(5, 6).rollback();
    await cursor.commit();
    found.push(stream.read());
    return found;
  },
  autoCommit: async () => {
    const stream = new PassThrough();
    const cursor = new Readline(stream, { autoCommit: true });
    cursor.cursorTo(3).clearScreenDown();
    const before = stream.read();
    await new Promise((resolve) => setImmediate(resolve));
    const texts = [];
    for (let text; (text = stream.read()) !== null;) texts.push(String(text));
    return [before, texts.join('')];
  },
  wrongMoves: () => {
    const cursor = new Readline(new PassThrough());
    return each([
      () => cursor.clearLine(5), () => cursor.clearLine(), () => cursor.cursorTo('a'), () => cursor.cursorTo(1.5), () => cursor.cursorTo(1, 'b'), () => cursor.moveCursor(1), () => cursor.moveCursor('a', 1),
      () => new Readline(), () => new Readline(5), () => new Readline({}), () => new Readline(new PassThrough(), { autoCommit: 5 }),
    ]);
  },
};
