// Plays cases of tools/fuzz_fetch.py: a JSON line each on standard input, `[index, outcome]` as a line on standard output.
'use strict';
const net = require('net');
const readline = require('readline');
const { setTimeout: wait } = require('timers/promises');

const IN_PARALLEL = 40;
const PATIENCE = 1500; // ms until a fetch counts as stuck

const bytes = (segment) => Buffer.concat((typeof segment === 'string' ? [segment] : segment).map((part) =>
  typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part[0].repeat(part[1]), 'latin1')));

const failure = (error) => {
  const cause = error.cause;
  return [error.name, error.message, cause ? [cause.name, cause.code === undefined ? null : cause.code, cause.message] : null];
};

async function ask(url, init) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE);
  const seen = {};
  try {
    const response = await fetch(url, { ...init, signal: controller.signal });
    seen.status = response.status;
    seen.text = response.statusText;
    seen.headers = [...response.headers];
    try {
      seen.body = Buffer.from(await response.arrayBuffer()).toString('latin1');
    } catch (error) {
      seen.bodyError = failure(error);
    }
  } catch (error) {
    seen.error = failure(error);
  }
  clearTimeout(timer);
  return seen;
}

async function play(one) {
  let connections = 0;
  let answered = 0;
  const server = net.createServer((socket) => {
    connections++;
    socket.on('error', () => {});
    socket.on('data', async () => {
      const reply = one.replies[Math.min(answered++, one.replies.length - 1)];
      for (const segment of reply) {
        if (socket.writable) socket.write(bytes(segment));
        await wait(one.gap_ms || 4);
      }
      if (one.reset) socket.resetAndDestroy();
      else if (one.close !== false) socket.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const requests = [];
  for (let i = 0; i < (one.count || 1); i++) {
    requests.push(await ask(`http://127.0.0.1:${server.address().port}/`, one.request));
    if (one.count > 1) await wait(60);
  }
  server.close();
  return { requests, connections };
}

async function main() {
  const lines = [];
  for await (const line of readline.createInterface({ input: process.stdin })) lines.push(JSON.parse(line));
  let next = 0;
  const worker = async () => {
    while (next < lines.length) {
      const at = next++;
      console.log(JSON.stringify([at, await play(lines[at])]));
    }
  };
  await Promise.all(Array.from({ length: IN_PARALLEL }, worker));
  process.exit(0);
}
main();
