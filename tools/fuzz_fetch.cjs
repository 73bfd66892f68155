// Plays cases of tools/fuzz_fetch.py: a JSON line each on standard input, `[index, outcome]` as a line on standard output.
'use strict';
const http = require('http');
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

// Two servers answer the nth request with the nth hop, the last one repeats; what they have seen is told too.
async function follow(one) {
  const seen = [];
  const origins = {};
  const plain = (text) => text.replaceAll(origins.A, 'A').replaceAll(origins.B, 'B');
  const make = async (name) => {
    const server = http.createServer((req, res) => {
      const chunks = [];
      req.on('data', (chunk) => chunks.push(chunk));
      req.on('error', () => {});
      req.on('end', () => {
        const [status, location] = one.hops[Math.min(seen.length, one.hops.length - 1)];
        const raw = req.rawHeaders.map((text, at) => (at % 2 && req.rawHeaders[at - 1] === 'host' ? name : plain(text)));
        seen.push([name, req.method, req.url, raw, Buffer.concat(chunks).toString('latin1')]);
        const target = Buffer.from(location.replaceAll('A', origins.A).replaceAll('B', origins.B), 'latin1').toString('latin1');
        res.writeHead(status, { ...(location ? { Location: target } : {}), 'Content-Length': 5 });
        res.end(Buffer.from('hello'));
      });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    origins[name] = `http://127.0.0.1:${server.address().port}`;
    return server;
  };
  const servers = [await make('A'), await make('B')];
  const init = { ...one.request };
  if (init.body && init.body.chunks) {
    const chunks = init.body.chunks;
    init.body = (async function* () { for (const chunk of chunks) yield Buffer.from(chunk, 'latin1'); })();
  }
  if (init.referrer) init.referrer = init.referrer.replace('A', origins.A);
  const outcome = {};
  try {
    const response = await fetch(origins.A + one.path, init);
    outcome.result = [response.status, plain(response.url), response.redirected, await response.text()];
  } catch (error) {
    outcome.error = failure(error);
  }
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  return { ...outcome, seen };
}

async function main() {
  const lines = [];
  for await (const line of readline.createInterface({ input: process.stdin })) lines.push(JSON.parse(line));
  let next = 0;
  const worker = async () => {
    while (next < lines.length) {
      const at = next++;
      console.log(JSON.stringify([at, await (lines[at].hops ? follow(lines[at]) : play(lines[at]))]));
    }
  };
  await Promise.all(Array.from({ length: IN_PARALLEL }, worker));
  process.exit(0);
}
main();
