// Plays the cases of tools/fuzz_tls.py, a JSON line each on standard input; an outcome as a line on standard output.
// A line may also ask for one side only: {"at", "role": "server"} answers with a port, {"at", "role": "client", "port"}
// connects, {"at", "role": "end"} gives the server's log. The file of certificates is the argument.
'use strict';
const fs = require('fs');
const tls = require('tls');
const readline = require('readline');

const MADE = JSON.parse(fs.readFileSync(process.argv[2]));
let quiet = 120; // milliseconds without an event: the rest waits for ever
process.emitWarning = () => {};

const filled = (options) => {
  const given = {...options};
  for (const name of ['ca', 'crl']) if (given[name]) given[name] = MADE[given[name]][name];
  if (given.cert) Object.assign(given, {cert: MADE[given.cert].cert, key: MADE[given.cert].key});
  return given;
};
const codeOf = (error) => error.code || (error.message === 'refused' ? 'refused' : 'Error');

class Log {
  constructor() { this.lines = []; this.last = Date.now(); this.open = 0; }
  note(...words) {
    this.last = Date.now();
    const [name, value] = words, previous = this.lines[this.lines.length - 1];
    if (name === 'data' && previous && previous[0] === 'data') previous[1] += value;
    else this.lines.push(words);
  }
  take() { const found = this.lines; this.lines = []; return found; }
}

const knows = (socket, isServer) => ({
  authorized: socket.authorized,
  why: socket.authorizationError ? socket.authorizationError.code || socket.authorizationError : null,
  protocol: socket.getProtocol(),
  cipher: socket.getCipher() && socket.getCipher().name,
  alpn: socket.alpnProtocol,
  reused: socket.isSessionReused(),
  servername: isServer ? socket.servername : undefined,
  group: isServer ? undefined : socket.getEphemeralKeyInfo(),
});

const watch = (socket, log, life, side) => {
  socket.on('data', (data) => { log.note('data', data.length); act('data'); });
  socket.on('end', () => { log.note('end'); act('end'); });
  socket.on('error', (error) => log.note('error', codeOf(error)));
  socket.on('close', (hadError) => log.note('close', hadError));
  const seen = new Set();
  const act = (event) => {
    if (seen.has(event)) return;
    seen.add(event);
    for (const [who, when, method, size] of life) {
      if (who !== side || when !== event) continue;
      if (size) socket[method](Buffer.alloc(size)); else socket[method]();
    }
  };
  return act;
};

const serve = (test, log) => {
  const options = filled(test.server);
  if (test.alpn) {
    options.ALPNCallback = ({protocols}) =>
      ({first: protocols[0], last: protocols[protocols.length - 1], none: undefined, other: 'zzz'})[test.alpn];
  }
  if (test.sni) {
    options.SNICallback = (name, answer) => {
      log.note('SNICallback', name);
      const context = () => tls.createSecureContext(filled({cert: test.sniCert}));
      if (test.sni === 'now') answer(null, context());
      else if (test.sni === 'later') setImmediate(() => answer(null, context()));
      else if (test.sni === 'nothing') answer(null, null);
      else answer(new Error('refused'));
    };
  }
  const server = tls.createServer(options);
  for (const [name, cert] of test.names) server.addContext(name, filled({cert}));
  server.on('connection', (raw) => {
    log.note('connection');
    log.open++;
    raw.on('close', () => { log.open--; log.last = Date.now(); });
  });
  server.on('tlsClientError', (error) => log.note('tlsClientError', codeOf(error)));
  server.on('secureConnection', (socket) => {
    log.note('secureConnection', knows(socket, true));
    watch(socket, log, test.life, 'server')('secure');
  });
  return server;
};

const connect = (test, log, port, session) => {
  const options = {...filled(test.client), port, session};
  if (options.host !== '127.0.0.1') {
    options.lookup = (name, given, done) =>
      (given.all ? done(null, [{address: '127.0.0.1', family: 4}]) : done(null, '127.0.0.1', 4));
  }
  if (test.check) {
    options.checkServerIdentity = (name) => {
      log.note('checkServerIdentity', name);
      return test.check === 'refuse' ? new Error('refused') : undefined;
    };
  }
  const socket = tls.connect(options);
  socket.on('connect', () => log.note('connect'));
  const act = watch(socket, log, test.life, 'client');
  socket.on('secureConnect', () => {
    log.note('secureConnect', knows(socket, false));
    act('secure');
  });
  socket.on('session', (made) => { log.session = made; });
  socket.on('close', () => { log.isOver = true; log.last = Date.now(); });
  return socket;
};

const sleep = (time) => new Promise((done) => setTimeout(done, time));
const settled = async (log, ...others) => {
  for (;;) {
    await sleep(2);
    const age = Date.now() - Math.max(log.last, ...others.map((each) => each.last));
    const isOver = log.isOver && others.every((each) => !each.open && each.lines.length);
    if (age >= quiet || (isOver && age >= 4)) return;
  }
};

const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));

const playClient = async (test, port, servers) => {
  const found = [];
  let session;
  for (let round = 0; round < test.rounds; round++) {
    const log = new Log();
    let socket;
    try {
      socket = connect(test, log, port, session);
    } catch (error) {
      log.note('throws', codeOf(error));
      found.push(log.take());
      break;
    }
    await settled(log, ...servers);
    found.push(log.take());
    session = log.session;
    const gone = log.isOver || new Promise((done) => socket.on('close', done));
    socket.removeAllListeners('error').on('error', () => {}).destroy();
    await gone;
    for (const each of servers) {
      for (let turn = 0; each.open && turn < 50; turn++) await sleep(2);
      each.rounds.push(each.take());
    }
  }
  return found;
};

const running = new Map();
const play = async (test) => {
  const log = new Log();
  log.rounds = [];
  let server;
  try {
    server = serve(test, log);
  } catch (error) {
    return {server: [[['throws', codeOf(error)]]], client: []};
  }
  const port = await listen(server);
  const sockets = new Set();
  server.on('connection', (raw) => sockets.add(raw));
  server.on('secureConnection', (socket) => sockets.add(socket));
  const client = await playClient(test, port, [log]);
  for (const each of sockets) each.on('error', () => {}).destroy();
  server.close();
  return {server: log.rounds, client};
};

const startServer = async (test) => {
  const log = new Log();
  const server = serve(test, log);
  const sockets = new Set();
  server.on('connection', (raw) => sockets.add(raw));
  server.on('secureConnection', (socket) => sockets.add(socket));
  running.set('server', {server, log, sockets});
  return {port: await listen(server)};
};
const endServer = async () => {
  const {server, log, sockets} = running.get('server');
  await settled({...log, isOver: true, last: log.last}, log);
  for (const each of sockets) each.on('error', () => {}).destroy();
  server.close();
  return {server: log.take()};
};

const answer = async (line) => {
  const {role, port, test} = line;
  quiet = line.quiet || 120;
  if (role === 'server') return startServer(test);
  if (role === 'end') return endServer();
  if (role === 'client') return {client: await playClient(test, port, [])};
  return play(test);
};
const queue = [];
let isBusy = false;
const work = async () => {
  isBusy = true;
  while (queue.length) {
    const line = queue.shift();
    let found;
    try {
      found = await answer(line);
    } catch (error) {
      found = {failed: String(error.stack)};
    }
    process.stdout.write(JSON.stringify(found) + '\n');
  }
  isBusy = false;
};
const input = readline.createInterface({input: process.stdin});
input.on('line', (text) => { queue.push(JSON.parse(text)); if (!isBusy) work(); });
