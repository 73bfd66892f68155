// What Node answers to random calls: node calls.cjs < {"pems", "cases"} > [[log], ...]
// A case is {"server", "client", "calls": {phase: [[method, ...arguments], ...]}}; see calls.py.
'use strict';
const tls = require('tls');
const { X509Certificate } = require('crypto');
const { pems, cases } = JSON.parse(require('fs').readFileSync(0, 'utf8'));

const given = (value, log) => {
  if (Array.isArray(value)) return value.map((each) => given(each, log));
  if (typeof value === 'string' && value[0] === '@') return pems[value.slice(1)];
  if (!value || typeof value !== 'object') return value;
  if ('undefined' in value) return undefined;
  if ('bytes' in value) return Buffer.alloc(value.bytes, 1);
  if ('number' in value) return Number(value.number);
  if ('listener' in value) return () => log('called', value.listener);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, given(each, log)]));
};
const show = (value) => {
  if (value === undefined || value === null) return null;
  if (Buffer.isBuffer(value)) return value.length === 48 || value.length < 20 ? `${value.length} bytes` : 'bytes';
  if (value instanceof X509Certificate) return 'X509Certificate';
  if (value instanceof tls.TLSSocket) return 'socket';
  if (value instanceof tls.Server) return 'server';
  if (value instanceof Error) return [value.code ?? null];
  if (Array.isArray(value)) return value.length > 0;
  if (value.address) return [value.address, value.family];
  if (value.subject) return `certificate of ${value.subject.CN}`;
  return value;
};
const attempt = (log, target, [name, ...args]) => {
  try {
    if (name === 'get') log('get', args[0], show(target[args[0]]));
    else log(name, show(target[name](...args.map((each) => given(each, log)))));
  } catch (error) {
    // What JavaScript itself says of a method of null is nobody's behaviour.
    log(name, 'raises', error.code ?? error.name, error.code ? error.message.replace('Received undefined', 'Received null') : null);
  }
};

const play = (test) => new Promise((resolve) => {
  const logs = { client: [], server: [], setup: [] };
  const note = (side) => (...what) => logs[side].push(what);
  const run = (side, target, phase) => {
    for (const call of test.calls[phase] || []) attempt(note(side), target, call);
  };
  let server;
  try {
    server = tls.createServer(given(test.server, note('setup')));
  } catch (error) {
    note('setup')('raises', error.code ?? null, error.message);
    return resolve(logs);
  }
  run('setup', server, 'made');
  server.on('tlsClientError', (error) => note('server')('tlsClientError', error.code ?? error.message));
  server.on('secureConnection', (socket) => {
    note('server')('secureConnection');
    socket.on('error', (error) => note('server')('error', error.code ?? error.message));
    socket.on('close', (hadError) => { note('server')('close', hadError); run('server', socket, 'closedServer'); });
    socket.on('end', () => note('server')('end'));
    socket.on('data', (data) => note('server')('data', data.length));
    run('server', socket, 'secureServer');
    if (!socket.destroyed && !socket.writableEnded) socket.write('hello');
  });
  server.listen(0, '127.0.0.1', () => {
    run('setup', server, 'listening');
    const log = note('client');
    let client;
    try {
      client = tls.connect({ port: server.address().port, host: '127.0.0.1', ...given(test.client, log) });
    } catch (error) {
      log('raises', error.code ?? null, error.message);
      server.close(() => resolve(logs));
      return;
    }
    const timer = setTimeout(() => client.destroy(), 150);
    for (const event of ['connect', 'ready', 'secure', 'secureConnect', 'end', 'finish', 'session', 'drain']) {
      client.on(event, () => log(event));
    }
    client.on('data', (data) => log('data', data.length));
    client.on('error', (error) => log('error', error.code ?? error.message));
    client.on('secureConnect', () => run('client', client, 'secure'));
    client.on('data', () => {
      run('client', client, 'data');
      client.destroy();
      run('client', client, 'destroyed');
    });
    client.on('close', (hadError) => {
      clearTimeout(timer);
      log('close', hadError);
      run('client', client, 'closed');
      setTimeout(() => server.close(() => { run('setup', server, 'closedListening'); resolve(logs); }), 5);
    });
    run('client', client, 'connecting');
  });
});

(async () => {
  const alive = setInterval(() => {}, 1000); // whatever `unref` does
  const results = [];
  for (const test of cases) {
    if (process.env.DEBUG) console.error(JSON.stringify(test));
    results.push(await play(test));
  }
  clearInterval(alive);
  console.log(JSON.stringify(results));
})();
