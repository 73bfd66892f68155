// What the players of tools/fuzz_answers.py and tools/fuzz_requests.py share: one step of a program, and their loop.
'use strict';
const readline = require('readline');

const plain = (value) => (value === undefined ? null : typeof value === 'object' && value !== null && value.write ? 'this' : JSON.parse(JSON.stringify(value)));

// One step on a message: sets a property, or calls a method; what that returned or threw goes into the log.
function perform(message, step, log) {
  const [name, ...args] = step;
  try {
    if (name === 'set') {
      message[args[0]] = args[1];
      return;
    }
    const bytes = args.map((each) => (each && each.bytes !== undefined ? Buffer.alloc(each.bytes, 'b') : each));
    log.push([name, plain(message[name](...bytes))]);
  } catch (error) {
    log.push([name, 'throws', error.code, error.message]);
  }
}

// Plays each program of standard input, 16 at a time; `warmUp(begin)` comes first.
function playAll(play, warmUp = (begin) => begin()) {
  process.on('uncaughtException', (error) => console.error(error));
  const programs = [];
  let running = 0;
  const next = () => {
    while (running < 16 && programs.length) {
      const [at, program] = programs.shift();
      running++;
      play(program, (outcome) => {
        running--;
        console.log(JSON.stringify([at, outcome]));
        next();
      });
    }
  };
  let count = 0;
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('line', (line) => { programs.push([count++, JSON.parse(line)]); });
  lines.on('close', () => warmUp(next));
}

module.exports = { perform, playAll };
