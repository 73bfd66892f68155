// Records what Node says of requests whose socket fails before they have it, in every order of the two ends:
//   node tests/http/client/lostsockets.cjs > tests/data/http/lost-sockets-node.json
// `test_lostsockets.py` plays the same. A time is a number of ticks, or "immediate".
'use strict';
const http = require('http'), net = require('net');

const times = [0, 1, 2, 3, 'immediate'];
const sockets = ['stays', ...times.flatMap((time) => [`${time} destroy`, `${time} error`])];
const requests = ['stays', 'socket error', ...times.flatMap((time) => [`${time} abort`, `${time} destroy`, `${time} error`])];
const ways = ['option', 'option calls back', 'option calls back in a tick', 'agent', 'agent calls back', 'keeping agent',
  'addRequest'];

function at(time, act) {
  if (time === 'immediate') setImmediate(act);
  else if (+time) process.nextTick(at, time - 1, act);
  else act();
}

function makeSocket(fate, log) {
  const socket = new net.Socket().on('close', () => log.push('socket closed'));
  const [time, what] = fate.split(' ');
  if (what) at(time, () => socket.destroy(what === 'error' ? new Error('Oops') : undefined));
  return socket;
}

function options(way, make) {
  if (way === 'option') return { createConnection: make };
  if (way === 'option calls back') return { createConnection: (options, done) => { done(null, make()); } };
  if (way === 'option calls back in a tick') {
    return { createConnection: (options, done) => { process.nextTick(done, null, make()); } };
  }
  if (way === 'addRequest') return { agent: { addRequest: (req) => req.onSocket(make()) } };
  const agent = new http.Agent({ keepAlive: way === 'keeping agent' });
  agent.createConnection = way === 'agent calls back' ? (options, done) => { done(null, make()); } : make;
  return { agent };
}

let log = [];
process.on('uncaughtException', () => log.push('uncaught'));

async function play(way, socketFate, requestFate) {
  const seen = log = [];
  const req = http.get(options(way, () => makeSocket(socketFate, seen)));
  for (const event of ['abort', 'close', 'socket']) req.on(event, () => seen.push(event));
  req.on('error', (error) => seen.push(error.message));
  const [time, what] = requestFate.split(' ');
  const act = { abort: () => req.abort(), destroy: () => req.destroy(), error: () => req.destroy(new Error('Mine')) }[what];
  if (time === 'socket') req.on('socket', act);
  else if (act) at(time, act);
  for (let turn = 0; turn < 6; turn++) await new Promise(setImmediate);
  return seen.join(', ');
}

(async () => {
  const lines = [];
  for (const way of ways) {
    for (const socketFate of sockets) {
      for (const requestFate of requests) {
        lines.push(JSON.stringify([way, socketFate, requestFate, await play(way, socketFate, requestFate)]));
      }
    }
  }
  console.log(`[\n${lines.join(',\n')}\n]`);
  process.exit();
})();
