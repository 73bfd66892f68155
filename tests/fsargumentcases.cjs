// Every function of `fs` with every argument, and every option, replaced by each of some odd values: node fsargumentcases.cjs
// Prints JSON: function, place, value to what Node makes of it: "ok", or code and message. fsargumentcases.py plays them.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const calls = require('./data/fs/calls.json');
const VALUES = { true: true, false: false, 0: 0, '-1': -1, 1.5: 1.5, NaN: NaN, Infinity: Infinity, '2**32': 2 ** 32, '2**53': 2 ** 53, empty: '', a: 'a', 'text 1': '1', NUL: 'a\0b', utf8: 'utf8', '[]': [], '[1]': [1], '{}': {}, '{a:1}': { a: 1 }, function: () => true, regex: /x/, symbol: Symbol('s'), set: new Set() };

function build() {
  fs.writeFileSync('file', 'hello world');
  fs.mkdirSync('dir');
  fs.symlinkSync('file', 'link');
}
const clean = () => { for (const name of fs.readdirSync('.')) fs.rmSync(name, { recursive: true }); };

function* places(args) {
  for (const [index, value] of args.entries()) {
    yield [index];
    if (value !== null && typeof value === 'object' && !Array.isArray(value) && !('$room' in value) && !('$fd' in value)) for (const name of Object.keys(value)) yield [index, name];
  }
}

const outcome = (error) => error.code ? `${error.code}: ${String(error.message).replace(/ Received.*/s, '').split(process.cwd()).join('<cwd>')}` : `${error.name} of the engine`;

async function play(form, name, args) {
  let result;
  try {
    if (form === 'sync') result = fs[`${name}Sync`](...args);
    else if (form === 'promise') result = await fs.promises[name](...args);
    else {
      const error = await new Promise((resolve, reject) => {
        try {
          fs[name](...args, (failure, value) => { result = value; resolve(failure instanceof Error ? failure : null); });
        } catch (failure) {
          reject(failure);
        }
      });
      if (error) throw error;
    }
  } catch (error) {
    return outcome(error);
  } finally {
    await result?.close?.();
  }
  return 'ok';
}

let current;
process.on('exit', () => { if (current) console.error('never ends:', ...current); });

async function main() {
  process.umask(0o022);
  process.chdir(fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fsarguments-'))));
  const answers = {};
  for (const [index, [name, forms, ...args]] of calls.entries()) {
    for (const form of forms.split(' ')) {
      for (const place of places(args)) {
        for (const [key, value] of Object.entries(VALUES)) {
          build();
          const fd = fs.openSync('file', 'r+');
          const real = (each) => each?.$fd !== undefined ? fd : each?.$room !== undefined ? Buffer.alloc(each.$room) : Array.isArray(each) ? each.map(real) : each !== null && typeof each === 'object' ? { ...each } : each;
          const given = args.map(real);
          place.slice(0, -1).reduce((where, step) => where[step], given)[place.at(-1)] = value;
          // What would wait for ever, or work on descriptors of the process.
          const isDescriptor = typeof given[0] === 'number' && given[0] !== fd && (/File$/.test(name) || Number.isInteger(given[0]) && given[0] >= 0 && given[0] < 100);
          current = [form, name, place, key];
          // A function may be taken for the callback.
          const answer = isDescriptor || (form !== 'sync' && key === 'function') ? 'skipped' : await play(form, name, given);
          ((answers[`${form} ${name} ${index}`] ??= {})[place.join('.')] ??= {})[key] = answer;
          try { fs.closeSync(fd); } catch { /* closed by the call */ }
          clean();
        }
      }
    }
  }
  current = undefined;
  const folder = process.cwd();
  process.chdir('/');
  fs.rmSync(folder, { recursive: true });
  console.log(JSON.stringify(answers));
}
main();
