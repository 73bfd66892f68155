// The scenarios of transcribe.cjs: small programs whose order of events is worth knowing.
'use strict';
const net = require('net');
const http = require('http');
const dgram = require('dgram');
const events = require('events');
const stream = require('stream');
const fs = require('fs');
const os = require('os');
const path = require('path');
const SOCK = ['lookup', 'connect', 'ready', 'data', 'end', 'drain', 'timeout', 'error', 'finish', 'close'];
const PEER = ['data', 'end', 'drain', 'timeout', 'error', 'finish', 'close'];
const REQ = ['data', 'end', 'aborted', 'error', 'close'];
const RES = ['finish', 'error', 'close'];
const CREQ = ['socket', 'finish', 'information', 'continue', 'response', 'abort', 'error', 'close'];
const CRES = ['data', 'end', 'aborted', 'error', 'close'];
const none = () => [];
const pickSocket = { lookup: (e, a, f, h) => [e, a, f, h] };

async function tcp(env, opts, onconn) {
  if (typeof opts === 'function') { onconn = opts; opts = {}; }
  const server = net.createServer(opts);
  env.watch('server', server, ['listening', 'connection', 'error', 'close', 'drop'], { connection: none, drop: none });
  if (onconn) server.on('connection', onconn);
  server.listen(0, '127.0.0.1');
  await env.once(server, 'listening');
  env.port(server.address().port, 'port');
  env.cleanup(() => server.close());
  return server;
}
async function web(env, opts, handler, names) {
  if (typeof opts === 'function') { names = handler; handler = opts; opts = {}; }
  const server = http.createServer(opts);
  env.watch('server', server, names || ['connection', 'request', 'close'], { connection: none, request: (q) => [q.method, q.url, q.httpVersion], close: none, checkContinue: (q) => [q.method], checkExpectation: (q) => [q.headers.expect], upgrade: (q, s, h) => [q.url, q.headers.upgrade, h], connect: (q, s, h) => [q.url, h], clientError: (e) => [e.code, e.message], dropRequest: none });
  if (handler) server.on('request', handler);
  server.listen(0, '127.0.0.1');
  await env.once(server, 'listening');
  env.port(server.address().port, 'port');
  env.cleanup(() => { server.closeAllConnections(); server.close(); });
  return server;
}
// a raw client: what it receives is joined into one string
function raw(env, server, text, who = 'client') {
  const c = net.connect(server.address().port, '127.0.0.1');
  c.setEncoding('latin1');
  env.watch(who, c, ['connect', 'data', 'end', 'error', 'close']);
  env.cleanup(() => c.destroy());
  if (text) c.write(text);
  return c;
}
const S = module.exports = {};

S['net-basic'] = {
  description: 'A server sends "hello" and ends when it has seen the end of the peer. The client, connected to the address 127.0.0.1 (not a name), writes "ping" and ends. After both sides are closed the server is closed.',
  async run(env) {
    const server = await tcp(env, (s) => {
      env.watch('peer', s, PEER);
      s.setEncoding('utf8'); s.write('hello');
    });
    const c = env.watch('client', net.createConnection(server.address().port, '127.0.0.1'), SOCK, pickSocket);
    c.setEncoding('utf8');
    c.end('ping');
    await env.once(c, 'close');
    await env.sleep(15);
    server.close(() => env.log('server', 'close-callback'));
    await env.once(server, 'close');
  },
};
S['net-connect-by-name'] = {
  description: 'The client connects to a host name; the option lookup answers with one address, 127.0.0.1. The server ends the connection at once. Family selection is left at its default (on).',
  async run(env) {
    const server = await tcp(env, (s) => { env.watch('peer', s, PEER); s.resume(); s.end(); });
    const c = net.createConnection({ host: 'service.test', port: server.address().port, lookup: (h, o, cb) => process.nextTick(() => o.all ? cb(null, [{ address: '127.0.0.1', family: 4 }]) : cb(null, '127.0.0.1', 4)) });
    env.watch('client', c, ['connectionAttempt', 'connectionAttemptFailed', ...SOCK], pickSocket);
    await env.once(c, 'close');
  },
};
S['net-connect-fallback'] = {
  description: 'The option lookup answers two addresses for the name: 127.0.0.9 where nobody listens, then 127.0.0.1 where the server listens. Family selection tries them in turn.',
  async run(env) {
    const server = await tcp(env, (s) => { s.resume(); s.end(); });
    const c = net.createConnection({ host: 'service.test', port: server.address().port, lookup: (h, o, cb) => process.nextTick(cb, null, [{ address: '127.0.0.9', family: 4 }, { address: '127.0.0.1', family: 4 }]) });
    env.watch('client', c, ['connectionAttempt', 'connectionAttemptFailed', 'connectionAttemptTimeout', ...SOCK], pickSocket);
    await env.once(c, 'connect');
    env.log('client', 'attempted', c.autoSelectFamilyAttemptedAddresses);
    await env.once(c, 'close');
  },
};
S['net-half-open-false'] = {
  description: 'Server with the default allowHalfOpen false. The client ends its side. The server socket ends by itself after its end event; a write from inside its end listener is still sent, because the automatic end happens after the listeners.',
  async run(env) {
    const server = await tcp(env, (s) => {
      env.watch('peer', s, PEER); s.setEncoding('utf8');
      s.on('end', () => { env.log('peer', 'state-in-end', s.readyState, s.writable); s.write('late', (e) => env.log('peer', 'write-callback', e === undefined ? null : e)); });
    });
    const c = env.watch('client', net.createConnection({ port: server.address().port, host: '127.0.0.1', allowHalfOpen: true }), SOCK, pickSocket);
    c.setEncoding('utf8'); c.end('x');
    await env.once(c, 'close');
  },
};
S['net-half-open-true'] = {
  description: 'Server with allowHalfOpen true. The client ends its side; the server writes "later" after 20 ms and ends then.',
  async run(env) {
    const server = await tcp(env, { allowHalfOpen: true }, (s) => {
      env.watch('peer', s, PEER); s.setEncoding('utf8');
      s.on('end', () => { env.log('peer', 'readyState', s.readyState); setTimeout(() => { s.write('later'); s.end(); }, 20); });
    });
    const c = env.watch('client', net.createConnection({ port: server.address().port, host: '127.0.0.1', allowHalfOpen: true }), SOCK, pickSocket);
    c.setEncoding('utf8'); c.end('x');
    await env.once(c, 'close');
  },
};
S['net-refused'] = {
  description: 'Connect to a port of 127.0.0.1 where nobody listens. A write was queued before: its callback comes too.',
  async run(env) {
    const s = net.createServer().listen(0, '127.0.0.1'); await env.once(s, 'listening');
    const port = env.port(s.address().port, 'port'); await new Promise((ok) => s.close(ok));
    const c = env.watch('client', net.connect(port, '127.0.0.1'), SOCK, pickSocket);
    c.write('x', (e) => env.log('client', 'write-callback', e));
    env.log('client', 'after-call', c.connecting, c.pending, c.readyState);
    c.on('error', (e) => env.log('client', 'error-fields', e.errno, e.syscall, e.address, e.port));
    await env.once(c, 'close');
    env.log('client', 'after-close', c.connecting, c.destroyed, c.readyState);
  },
};
S['net-destroy'] = {
  description: 'The client destroys its socket, without an error, as soon as it is connected and has received "hi". The server had nothing unread.',
  async run(env) {
    const server = await tcp(env, (s) => { env.watch('peer', s, PEER); s.setEncoding('utf8'); s.write('hi'); });
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), SOCK, pickSocket);
    c.setEncoding('utf8');
    c.on('data', () => { c.destroy(); env.log('client', 'after-destroy', c.destroyed, c.readyState, c.writable, c.readable); });
    await env.once(c, 'close'); await env.sleep(20);
  },
};
S['net-destroy-error'] = {
  description: 'destroy(error) inside the connect event: error is emitted with that error, then close with hadError true. A second destroy does nothing. The ready event, which follows connect in the same turn, still comes; error comes after it.',
  async run(env) {
    const server = await tcp(env, (s) => { env.watch('peer', s, PEER); s.resume(); });
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), SOCK, pickSocket);
    c.on('connect', () => { c.destroy(new Error('boom')); c.destroy(new Error('again')); env.log('client', 'destroy-returned'); });
    await env.once(c, 'close'); await env.sleep(20);
  },
};
S['net-destroy-while-connecting'] = {
  description: 'destroy() directly after connect(): no connect event, only close.',
  async run(env) {
    const server = await tcp(env);
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), SOCK, pickSocket);
    c.destroy();
    env.log('client', 'destroy-returned', c.connecting, c.destroyed);
    await env.once(c, 'close');
  },
};
S['net-write-after-end'] = {
  description: 'end(), then write() with a callback, on a connected client.',
  async run(env) {
    const server = await tcp(env, (s) => { s.resume(); });
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), SOCK, pickSocket);
    await env.once(c, 'connect');
    c.end('bye', () => env.log('client', 'end-callback'));
    const r = c.write('more', (e) => env.log('client', 'write-callback', e));
    env.log('client', 'write-returned', r, c.writableEnded);
    await env.once(c, 'close');
  },
};
S['net-write-after-destroy'] = {
  description: 'destroy(), then write() with a callback: the callback gets an error, no error event follows.',
  async run(env) {
    const server = await tcp(env, (s) => { s.resume(); });
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), SOCK, pickSocket);
    await env.once(c, 'connect');
    c.destroy();
    const r = c.write('more', (e) => env.log('client', 'write-callback', e));
    env.log('client', 'write-returned', r);
    await env.once(c, 'close');
  },
};
S['net-timeout'] = {
  description: 'setTimeout(40, callback) on a client of a silent server. The timeout event comes once, not again without new activity (100 ms more are awaited); the connection stays open. Then the client destroys itself.',
  async run(env) {
    const server = await tcp(env, (s) => { s.resume(); });
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), SOCK, pickSocket);
    await env.once(c, 'connect');
    c.setTimeout(40, () => env.log('client', 'timeout-callback', c.timeout));
    await env.once(c, 'timeout');
    env.log('client', 'still-open', c.readyState);
    await env.sleep(100);
    c.destroy(); await env.once(c, 'close');
  },
};
S['net-pause-resume'] = {
  description: 'The client pauses inside its first data event. The server sends "a", then after 20 ms "b" and the end. 60 ms later the client resumes: it gets "b" and end only then.',
  async run(env) {
    env.joinData = false;
    const server = await tcp(env, (s) => { env.watch('peer', s, ['end', 'finish', 'close']); s.resume(); s.write('a'); setTimeout(() => s.end('b'), 20); });
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), SOCK, pickSocket);
    c.setEncoding('utf8');
    c.once('data', () => { c.pause(); env.log('client', 'paused', c.isPaused()); setTimeout(() => { env.log('client', 'resume-called'); c.resume(); }, 60); });
    await env.once(c, 'close');
  },
};
S['net-no-data-listener'] = {
  description: 'The client has listeners for end and close but none for data, and does not call resume: nothing is consumed, so neither end nor close comes, although the server sent "x" and ended. After resume() both come.',
  async run(env) {
    const server = await tcp(env, (s) => { s.end('x'); });
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), ['connect', 'ready', 'end', 'finish', 'close']);
    await env.once(c, 'connect'); await env.sleep(60);
    env.log('client', 'resume-called', c.readableLength); c.resume();
    await env.once(c, 'close');
  },
};
S['net-backpressure'] = {
  description: 'The client writes 8 MiB at once to a paused peer: write returns false and writableNeedDrain is true. When the peer resumes, drain comes once, before the callback of the big write; then the client ends.',
  async run(env) {
    const N = 8 * 1024 * 1024;
    let got = 0;
    const server = await tcp(env, { pauseOnConnect: true }, (s) => { s.on('data', (d) => { got += d.length; }); s.on('end', () => env.log('peer', 'received', got)); setTimeout(() => s.resume(), 30); });
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), ['connect', 'drain', 'finish', 'close', 'error']);
    await env.once(c, 'connect');
    env.log('client', 'write-small-returned', c.write('s'));
    env.log('client', 'write-big-returned', c.write(Buffer.alloc(N), () => env.log('client', 'big-callback')), c.writableNeedDrain);
    await env.once(c, 'drain');
    env.log('client', 'in-drain', c.writableLength, c.writableNeedDrain);
    c.end(() => env.log('client', 'end-callback'));
    c.resume();
    await env.once(c, 'close'); await env.sleep(10);
  },
};
S['net-encoding-split'] = {
  description: 'setEncoding("utf8") on the client; the server sends the nine bytes of "\u00e9\u20ac\ud83d\ude00" one by one, 10 ms apart, then an incomplete character (0xe2 0x82) and ends. Only whole characters arrive; the incomplete one becomes one replacement character with the last data event.',
  async run(env) {
    env.joinData = false;
    const server = await tcp(env, (s) => {
      const b = Buffer.concat([Buffer.from('\u00e9\u20ac\ud83d\ude00'), Buffer.from([0xe2, 0x82])]);
      let i = 0; s.setNoDelay(true); s.resume();
      const t = setInterval(() => { if (i < b.length) s.write(b.subarray(i, ++i)); else { clearInterval(t); s.end(); } }, 10);
    });
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), ['data', 'end', 'close']);
    c.setEncoding('utf8');
    await env.once(c, 'close');
  },
};
S['net-callback-order'] = {
  description: 'Two writes and an end, all with callbacks, made before the connection exists. Callbacks come in the order of the calls; that of the first write comes between connect and ready, the others after ready; the end callback comes before finish.',
  async run(env) {
    const server = await tcp(env, (s) => { s.resume(); });
    const c = net.connect(server.address().port, '127.0.0.1', () => env.log('client', 'connect-callback'));
    env.watch('client', c, SOCK, pickSocket);
    env.log('client', 'write-returned', c.write('a', () => env.log('client', 'callback-a')), c.bytesWritten, c.writableLength);
    c.write('b', () => env.log('client', 'callback-b'));
    c.end('c', () => env.log('client', 'end-callback'));
    await env.once(c, 'close');
    env.log('client', 'bytesWritten', c.bytesWritten);
  },
};
S['net-server-close-waits'] = {
  description: 'server.close() while one connection is open: listening turns false at once, address() gives null, a new connection is refused, and close comes only after the open connection has ended. A second close() gives an error to its callback, at the time of the close event.',
  async run(env) {
    let peer;
    const server = await tcp(env, (s) => { peer = env.watch('peer', s, PEER); s.resume(); });
    const port = server.address().port;
    const c = env.watch('client', net.connect(port, '127.0.0.1'), SOCK, pickSocket);
    await env.once(c, 'connect'); while (!peer) await env.sleep(1);
    server.close((e) => env.log('server', 'close-callback', e === undefined ? null : e));
    env.log('server', 'close-returned', server.listening, server.address());
    server.close((e) => env.log('server', 'second-close-callback', e));
    await env.sleep(10);
    const d = env.watch('late-client', net.connect(port, '127.0.0.1'), ['connect', 'error', 'close']);
    await env.once(d, 'close');
    c.end();
    await env.once(server, 'close');
  },
};
S['net-address-in-use'] = {
  description: 'A second server listens on the port of the first: error, no listening. close() then emits close and gives its callback an error that says it is not running. Calling listen twice on the first throws.',
  async run(env) {
    const server = await tcp(env);
    const port = server.address().port;
    const b = env.watch('second', net.createServer(), ['listening', 'error', 'close']);
    b.listen(port, '127.0.0.1', () => env.log('second', 'callback'));
    env.log('second', 'listen-returned', b.listening);
    const [e] = await env.once(b, 'error');
    env.log('second', 'error-fields', e.syscall, e.address, e.port === port);
    b.close((e2) => env.log('second', 'close-callback', e2));
    await env.sleep(5);
    try { server.listen(port); } catch (err) { env.log('server', 'threw', err); }
  },
};
S['net-drop'] = {
  description: 'server.maxConnections = 1. The first client stays; the second is accepted and closed by the server at once, which emits drop and no connection event.',
  async run(env) {
    let n = 0;
    const server = await tcp(env, (s) => { n++; s.resume(); });
    server.maxConnections = 1;
    server.on('drop', (d) => env.log('server', 'drop-fields', Object.keys(d).sort(), d.localAddress, d.remoteFamily));
    const c1 = env.watch('first', net.connect(server.address().port, '127.0.0.1'), ['connect', 'end', 'close', 'error']); c1.resume();
    await env.once(c1, 'connect'); while (!n) await env.sleep(1);
    const c2 = env.watch('second', net.connect(server.address().port, '127.0.0.1'), ['connect', 'end', 'close', 'error']); c2.resume();
    await env.once(c2, 'close');
    c1.end(); await env.once(c1, 'close');
  },
};
S['net-unix'] = {
  description: 'listen(path) and createConnection(path) on a Unix domain socket. address() is the path as a string; the file is gone after close.',
  async run(env) {
    const p = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'nt-')), 's');
    const server = net.createServer((s) => { env.watch('peer', s, PEER); s.setEncoding('utf8'); env.log('peer', 'addresses', s.remoteAddress, s.remotePort, s.address()); });
    env.watch('server', server, ['listening', 'connection', 'close'], { connection: none });
    server.listen(p); await env.once(server, 'listening');
    env.log('server', 'address-is-path', server.address() === p, fs.statSync(p).isSocket());
    const c = env.watch('client', net.createConnection(p), SOCK, pickSocket);
    c.end('x'); c.resume(); await env.once(c, 'close'); await env.sleep(10);
    server.close(); await env.once(server, 'close');
    env.log('server', 'file-exists', fs.existsSync(p));
    fs.rmdirSync(path.dirname(p));
  },
};
S['net-unix-missing'] = {
  description: 'createConnection to a Unix socket path that does not exist.',
  async run(env) {
    const c = env.watch('client', net.createConnection('/nonexistent-dir/sock'), SOCK, pickSocket);
    await env.once(c, 'close');
  },
};
S['net-reset'] = {
  description: 'The client calls resetAndDestroy() after it is connected and the server knows of it: the server socket gets ECONNRESET and closes with hadError true; the client closes without an error.',
  async run(env) {
    let peer;
    const server = await tcp(env, (s) => { peer = env.watch('peer', s, PEER); s.resume(); });
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), SOCK, pickSocket);
    await env.once(c, 'connect'); while (!peer) await env.sleep(1);
    c.resetAndDestroy();
    await env.once(peer, 'close').catch(() => {});
  },
};
S['net-reconnect-same-socket'] = {
  description: 'After close the same socket object connects again: bytesRead starts anew and the events repeat.',
  async run(env) {
    const server = await tcp(env, (s) => { s.resume(); s.end('hi'); });
    const c = env.watch('client', new net.Socket(), SOCK, pickSocket);
    c.setEncoding('utf8');
    c.connect(server.address().port, '127.0.0.1'); await env.once(c, 'close');
    env.log('client', 'bytes', c.bytesRead, c.destroyed);
    c.connect(server.address().port, '127.0.0.1'); env.log('client', 'reconnecting', c.connecting, c.destroyed); await env.once(c, 'close');
    env.log('client', 'bytes', c.bytesRead);
  },
};
S['net-server-destroys-unread'] = {
  description: 'The server destroys its socket while data of the client is still unread in it (it is paused): the client, which has no data pending, sees ECONNRESET.',
  async run(env) {
    const server = await tcp(env, { pauseOnConnect: true }, (s) => { env.watch('peer', s, ['error', 'close']); setTimeout(() => s.destroy(), 30); });
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), SOCK, pickSocket);
    c.write('unread');
    await env.once(c, 'close');
  },
};
S['net-pipe-echo'] = {
  description: 'Echo server by socket.pipe(socket). The client sends "echo" and ends; pipe ends the server side after the end of the client.',
  async run(env) {
    const server = await tcp(env, { allowHalfOpen: true }, (s) => { env.watch('peer', s, ['pipe', 'end', 'unpipe', 'finish', 'close'], { pipe: none, unpipe: none }); s.pipe(s); });
    const c = env.watch('client', net.connect(server.address().port, '127.0.0.1'), SOCK, pickSocket);
    c.setEncoding('utf8'); c.end('echo');
    await env.once(c, 'close');
  },
};

// ---- http -----------------------------------------------------------------------------------
S['http-request-client'] = {
  description: 'http.get without an agent (agent: false) of a small body: the order of events on request and response at the client, and on request and response at the server.',
  async run(env) {
    const server = await web(env, (q, r) => { env.watch('server-req', q, REQ); env.watch('server-res', r, RES); q.resume(); r.writeHead(200, { 'Content-Type': 'text/plain' }); r.end('hello world\n', () => env.log('server-res', 'end-callback')); });
    const q = http.get({ port: server.address().port, host: '127.0.0.1', agent: false, path: '/a?b=1' });
    env.watch('client-req', q, CREQ, { socket: none, response: (r) => [r.statusCode, r.statusMessage, r.httpVersion, r.headers] });
    q.on('response', (r) => { r.setEncoding('utf8'); env.watch('client-res', r, CRES); });
    await env.once(q, 'close'); await env.sleep(10);
    server.close();
  },
};
S['http-post-body'] = {
  description: 'A POST with Content-Length 6 whose body is written in two parts; the server answers after the end of the request with the text it got.',
  async run(env) {
    const server = await web(env, (q, r) => { env.watch('server-req', q, REQ); env.watch('server-res', r, RES); q.setEncoding('utf8'); let b = ''; q.on('data', (d) => { b += d; }); q.on('end', () => { env.log('server-req', 'complete', q.complete); r.end(b); }); });
    const q = http.request({ port: server.address().port, host: '127.0.0.1', agent: false, method: 'POST', headers: { 'Content-Length': 6 } });
    env.watch('client-req', q, CREQ, { socket: none, response: (r) => [r.statusCode, r.headers] });
    q.on('response', (r) => { r.setEncoding('utf8'); env.watch('client-res', r, CRES); });
    q.write('abc', () => env.log('client-req', 'write-callback')); q.end('def', () => env.log('client-req', 'end-callback'));
    await env.once(q, 'close'); await env.sleep(10);
  },
};
S['http-keepalive-two'] = {
  description: 'A raw client sends one HTTP/1.1 request, reads the answer, sends a second one with Connection: close on the same connection. The client does not end its side. Handlers use end(text) without writeHead.',
  async run(env) {
    const server = await web(env, (q, r) => { r.end('r' + q.url); });
    const c = raw(env, server, 'GET /1 HTTP/1.1\r\nHost: x\r\n\r\n');
    await env.once(c, 'data'); await env.sleep(10);
    c.write('GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await env.once(c, 'close');
  },
};
S['http-pipelined'] = {
  description: 'Three pipelined requests in one packet. The handler of the first answers 30 ms later than the others: all three request events come at once, the answers go out in order.',
  async run(env) {
    const server = await web(env, (q, r) => { env.watch('res' + q.url, r, RES); if (q.url === '/1') setTimeout(() => r.end('one'), 30); else r.end(q.url); });
    const c = raw(env, server, ['/1', '/2', '/3'].map((u) => 'GET ' + u + ' HTTP/1.1\r\nHost: x\r\n' + (u === '/3' ? 'Connection: close\r\n' : '') + '\r\n').join(''));
    await env.once(c, 'close');
  },
};
S['http-head'] = {
  description: 'HEAD answered by a handler that writes a body, in one part, in two parts, and with Content-Length set: the headers are sent, the body is not; no Content-Length and no Transfer-Encoding is made up, a Content-Length that is set is kept.',
  async run(env) {
    const server = await web(env, (q, r) => { if (q.url === '/set') r.setHeader('Content-Length', 5); if (q.url === '/parts') { r.write('he'); r.end('llo'); } else r.end('hello'); });
    for (const u of ['/', '/parts', '/set']) { const c = raw(env, server, 'HEAD ' + u + ' HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'client' + u); await env.once(c, 'close'); }
  },
};
S['http-expect-continue'] = {
  description: 'A client request with Expect: 100-continue that sends its body only after continue. The server has no checkContinue listener: it sends 100 by itself, then emits request.',
  async run(env) {
    const server = await web(env, (q, r) => { q.setEncoding('utf8'); q.on('data', (d) => env.log('server-req', 'data', d)); q.on('end', () => r.end('ok')); });
    const q = http.request({ port: server.address().port, host: '127.0.0.1', agent: false, method: 'POST', headers: { Expect: '100-continue', 'Content-Length': 4 } });
    env.watch('client-req', q, CREQ, { socket: none, response: (r) => [r.statusCode], information: (i) => [i.statusCode, i.statusMessage] });
    q.on('continue', () => q.end('body')); q.on('response', (r) => { r.resume(); env.watch('client-res', r, ['end', 'close']); });
    q.flushHeaders();
    await env.once(q, 'close');
  },
};
S['http-check-continue'] = {
  description: 'The same with a checkContinue listener that refuses with 417 and closes: no request event, no continue; then a request with an unknown Expect value, which goes to checkExpectation.',
  async run(env) {
    const server = await web(env, null, null, ['connection', 'request', 'checkContinue', 'checkExpectation']);
    server.on('checkContinue', (q, r) => { r.writeHead(417, { Connection: 'close' }); r.end(); });
    server.on('checkExpectation', (q, r) => { r.writeHead(417, { Connection: 'close' }); r.end(); });
    const c = raw(env, server, 'POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n');
    await env.once(c, 'end').catch(() => {}); c.destroy(); await env.once(c, 'close');
    const d = raw(env, server, 'POST / HTTP/1.1\r\nHost: x\r\nExpect: sausages\r\nContent-Length: 4\r\n\r\n', 'client2');
    await env.once(d, 'end'); d.destroy(); await env.once(d, 'close');
  },
};
S['http-unknown-expectation'] = {
  description: 'A request with an unknown Expect value and no checkExpectation listener: what the server answers.',
  async run(env) {
    const server = await web(env, (q, r) => { r.end('ok'); });
    const d = raw(env, server, 'GET / HTTP/1.1\r\nHost: x\r\nExpect: sausages\r\nConnection: close\r\n\r\n');
    await env.once(d, 'close');
  },
};
S['http-chunked-trailers'] = {
  description: 'A chunked request with a chunk extension and two trailers; the answer is chunked too, with a trailer added by addTrailers.',
  async run(env) {
    const server = await web(env, (q, r) => {
      q.setEncoding('utf8'); env.watch('server-req', q, REQ);
      q.on('end', () => { env.log('server-req', 'trailers', q.trailers, q.rawTrailers); r.writeHead(200, { Trailer: 'X-Sum' }); r.write('part one,'); r.write('part two'); r.addTrailers({ 'X-Sum': '42' }); r.end(); });
    });
    const c = raw(env, server, 'POST /t HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-A, X-B\r\nConnection: close\r\n\r\n4;ext=1\r\nWiki\r\n5\r\npedia\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n');
    await env.once(c, 'close');
  },
};
S['http-client-aborts'] = {
  description: 'A raw client announces ten bytes of body, sends three and destroys its socket while the server handler waits for the end.',
  async run(env) {
    let seen;
    const server = await web(env, (q, r) => { seen = q; q.setEncoding('utf8'); env.watch('server-req', q, REQ); env.watch('server-res', r, RES); q.on('aborted', () => env.log('server-req', 'flags', q.complete, q.destroyed, q.aborted)); });
    const c = net.connect(server.address().port, '127.0.0.1'); c.on('error', () => {});
    c.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
    while (!seen || !seen.readableFlowing) await env.sleep(1);
    await env.sleep(10); c.destroy();
    await env.sleep(30);
  },
};
S['http-client-gone-before-answer'] = {
  description: 'A GET whose client destroys its socket before the server answers (at 40 ms): the request was complete, so it ends normally; the response gets close without finish; a later end() of the response is silent.',
  async run(env) {
    const server = await web(env, (q, r) => { q.resume(); env.watch('server-req', q, REQ); env.watch('server-res', r, RES); setTimeout(() => { r.end('late', (e) => env.log('server-res', 'end-callback', e === undefined ? null : e)); env.log('server-res', 'end-called', r.destroyed, r.writableFinished); }, 40); });
    const c = net.connect(server.address().port, '127.0.0.1'); c.on('error', () => {});
    c.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await env.once(server, 'request'); await env.sleep(10); c.destroy();
    await env.sleep(60);
  },
};
S['http-agent-keepalive'] = {
  description: 'Two requests at once through an Agent with keepAlive and maxSockets 1: the second waits, then takes over the socket of the first; reusedSocket is false for it, because the socket was never in freeSockets. Counts in sockets, freeSockets and requests at the milestones; then agent.destroy().',
  async run(env) {
    const server = await web(env, (q, r) => { q.resume(); r.end(q.url); }, ['connection', 'request']);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    env.watch('agent', agent, ['free'], { free: none });
    const count = (o) => Object.values(o).reduce((n, a) => n + a.length, 0);
    const go = (u) => {
      const q = http.get({ port: server.address().port, host: '127.0.0.1', agent, path: u });
      env.watch('req' + u, q, ['socket', 'finish', 'response', 'close'], { socket: () => [q.reusedSocket], response: (r) => [r.headers.connection, r.headers['keep-alive'] || null] });
      q.on('response', (r) => { r.resume(); env.watch('res' + u, r, ['end', 'close']); });
      return q;
    };
    const a = go('/1'), b = go('/2');
    env.log('agent', 'counts', count(agent.sockets), count(agent.freeSockets), count(agent.requests));
    await env.once(b, 'close'); await env.sleep(5);
    env.log('agent', 'counts', count(agent.sockets), count(agent.freeSockets), count(agent.requests));
    const s = Object.values(agent.freeSockets)[0][0];
    env.watch('socket', s, ['end', 'error', 'close']);
    agent.destroy(); await env.sleep(10);
    env.log('agent', 'counts', count(agent.sockets), count(agent.freeSockets), count(agent.requests));
    await env.sleep(10);
  },
};
S['http-default-agent-reuse'] = {
  description: 'Two sequential requests through the default global agent: it keeps connections alive, so the second one reuses the socket; the Connection header sent by each.',
  async run(env) {
    const server = await web(env, (q, r) => { env.log('server', 'headers', q.headers); q.resume(); r.end('x'); }, ['connection', 'request']);
    for (const u of ['/1', '/2']) {
      const q = http.get({ port: server.address().port, host: '127.0.0.1', path: u });
      q.on('socket', () => env.log('req' + u, 'socket', q.reusedSocket));
      const [r] = await env.once(q, 'response'); r.resume(); await env.once(q, 'close'); await env.sleep(5);
    }
    http.globalAgent.destroy();
  },
};
S['http-upgrade'] = {
  description: 'An upgrade request; the server listener answers 101 itself and sends "hi"; one packet carries bytes after the request, which are given as head; setEncoding throws on a socket of an http server. The client request gets upgrade instead of response.',
  async run(env) {
    const server = await web(env, null, null, ['connection', 'request', 'upgrade']);
    server.on('upgrade', (q, s, head) => { try { s.setEncoding('latin1'); } catch (e) { env.log('server-socket', 'setEncoding-threw', e); } s.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\nhi'); s.on('data', (d) => env.log('server-socket', 'data', d.toString())); s.on('end', () => { env.log('server-socket', 'end'); s.end(); }); });
    const c = raw(env, server, 'GET /u HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\nHEADBYTES');
    await env.once(c, 'data'); await env.sleep(10); c.end('more'); await env.once(c, 'close');
    const q = http.request({ port: server.address().port, host: '127.0.0.1', agent: false, path: '/v', headers: { Connection: 'Upgrade', Upgrade: 'foo' } });
    env.watch('client-req', q, [...CREQ, 'upgrade'], { socket: none, response: (r) => [r.statusCode], upgrade: (r, s, h) => [r.statusCode, r.headers, h] });
    q.end();
    const [, s] = await env.once(q, 'upgrade'); s.end(); s.resume(); await env.once(s, 'close');
    await env.sleep(10);
  },
};
S['http-upgrade-no-listener'] = {
  description: 'An upgrade request to a server without an upgrade listener is an ordinary request.',
  async run(env) {
    const server = await web(env, (q, r) => { env.log('server-req', 'headers', q.headers.upgrade, q.headers.connection); r.end('plain'); });
    const c = raw(env, server, 'GET /u HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: foo\r\n\r\n');
    await env.once(c, 'close');
  },
};
S['http-connect'] = {
  description: 'CONNECT: the server listener answers 200 and echoes; the client request gets connect with response, socket and head. A server without a connect listener closes the connection.',
  async run(env) {
    const server = await web(env, null, null, ['connection', 'request', 'connect']);
    server.on('connect', (q, s, head) => { s.on('error', () => {}); s.write('HTTP/1.1 200 Connection Established\r\n\r\n'); s.pipe(s); });
    const q = http.request({ port: server.address().port, host: '127.0.0.1', agent: false, method: 'CONNECT', path: 'example.test:443' });
    env.watch('client-req', q, [...CREQ, 'connect'], { socket: none, response: (r) => [r.statusCode], connect: (r, s, h) => [r.statusCode, h] });
    q.end();
    const [, s] = await env.once(q, 'connect'); s.setEncoding('utf8'); env.watch('tunnel', s, ['data', 'end', 'close']); s.end('through');
    await env.once(s, 'close');
    const bare = await web(env, (q2, r) => r.end('no'), ['connection', 'request']);
    const c = raw(env, bare, 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', 'client2');
    await env.once(c, 'close');
  },
};
S['http-client-error'] = {
  description: 'Malformed requests to a server with a clientError listener that answers 400 itself: code, message, bytesParsed, reason and the length of rawPacket per input. In the case of a bad chunk size the request event has come before, and its answer goes out first.',
  async run(env) {
    const server = await web(env, (q, r) => r.end('ok'), ['request', 'clientError']);
    server.on('clientError', (e, s) => { env.log('server', 'fields', e.bytesParsed === undefined ? null : e.bytesParsed, e.reason || null, e.rawPacket ? e.rawPacket.length : null); if (s.writable) s.end('HTTP/1.1 400 Bad Request\r\n\r\n'); });
    for (const [k, t] of Object.entries({
      method: 'BAD\u0001 / HTTP/1.1\r\n\r\n', version: 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', url: 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n',
      header: 'GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n', chunk: 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      length: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n',
    })) { const c = raw(env, server, t, 'client-' + k); await env.once(c, 'close'); }
  },
};
S['http-client-error-default'] = {
  description: 'The same class of faults without a clientError listener: what is written to the client, byte for byte, and that the connection is closed. A missing Host is refused, two Host headers are not.',
  async run(env) {
    const server = await web(env, (q, r) => r.end('ok'), ['request']);
    for (const [k, t] of Object.entries({ garbage: 'NONSENSE\r\n\r\n', nohost: 'GET / HTTP/1.1\r\n\r\n', twohosts: 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', smuggle: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' })) {
      const c = raw(env, server, t, 'client-' + k); await Promise.race([env.once(c, 'close'), env.sleep(150)]);
    }
  },
};
S['http-bare-lf'] = {
  description: 'Line ends without carriage return. (a) the request "GET / HTTP/1.0\\n\\n" that an old client may send; (b) the same for HTTP/1.1 with Host; (c) CR LF lines but a bare LF at the empty line; (d) as (a) with insecureHTTPParser; (e) (a) followed by the end of the client side; (f) both. The clientError listener answers 400. A client that has no answer after 200 ms destroys its socket.',
  async run(env) {
    const h = (q, r) => { r.writeHead(200, { 'Content-Type': 'text/plain' }); r.end('hello world\n'); };
    const server = await web(env, h, ['request', 'clientError']);
    server.on('clientError', (e, s) => s.destroyed || s.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
    const t = { a: 'GET / HTTP/1.0\n\n', b: 'GET / HTTP/1.1\nHost: x\nConnection: close\n\n', c: 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\n', e: 'GET / HTTP/1.0\n\n' };
    for (const [k, v] of Object.entries(t)) { const c = raw(env, server, v, 'client-' + k); if (k === 'e') c.end(); await Promise.race([env.once(c, 'close'), env.sleep(200)]); c.destroy(); await env.sleep(5); }
    const lax = await web(env, { insecureHTTPParser: true }, h, ['request', 'clientError']);
    lax.on('clientError', (e, s) => s.destroyed || s.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
    for (const k of ['d', 'f']) { const c = raw(env, lax, t.a, 'client-' + k); if (k === 'f') c.end(); await Promise.race([env.once(c, 'close'), env.sleep(200)]); c.destroy(); await env.sleep(5); }
  },
};
S['http-http10'] = {
  description: 'HTTP/1.0 with CR LF. Without keep-alive the connection closes after the answer. With Connection: keep-alive it stays open only if the handler has set Content-Length (/len); end(text) alone sets none for HTTP/1.0. A body of unknown length (two writes) is not chunked but ended by closing.',
  async run(env) {
    const server = await web(env, (q, r) => { if (q.url === '/parts') { r.write('a'); r.end('b'); } else { if (q.url === '/len') r.setHeader('Content-Length', 5); r.end('hello'); } });
    let c = raw(env, server, 'GET / HTTP/1.0\r\n\r\n', 'plain'); await env.once(c, 'close');
    c = raw(env, server, 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', 'keep'); await env.once(c, 'close');
    c = raw(env, server, 'GET /len HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', 'keep-len'); await env.once(c, 'data'); await env.sleep(30); env.log('keep-len', 'still-open', c.readyState); c.destroy(); await env.once(c, 'close');
    c = raw(env, server, 'GET /parts HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', 'parts'); await env.once(c, 'close');
  },
};
S['http-server-close-idle'] = {
  description: 'server.close() with one idle keep-alive connection and one connection that waits for its answer (keepAliveTimeout 60 ms, keepAliveTimeoutBuffer 10 ms). The idle one is closed at once. The busy one gets its answer still with Connection: keep-alive, stays open, and is closed by the keep-alive timeout; only then close comes.',
  async run(env) {
    let answer;
    const server = await web(env, { keepAliveTimeout: 60, keepAliveTimeoutBuffer: 10 }, (q, r) => { if (q.url === '/busy') answer = r; else r.end('x'); });
    const idle = raw(env, server, 'GET /idle HTTP/1.1\r\nHost: x\r\n\r\n', 'idle'); await env.once(idle, 'data'); await env.sleep(10);
    const busy = raw(env, server, 'GET /busy HTTP/1.1\r\nHost: x\r\n\r\n', 'busy'); while (!answer) await env.sleep(1);
    server.close(() => env.log('server', 'close-callback'));
    env.log('server', 'close-returned', server.listening);
    await env.once(idle, 'close'); await env.sleep(10);
    answer.end('done');
    await Promise.race([env.once(server, 'close'), env.sleep(2500)]);
  },
};
S['http-headers-timeout'] = {
  description: 'headersTimeout 60 ms, connectionsCheckingInterval 20 ms: a client that never finishes its headers gets 408 and the connection is closed; clientError carries the code.',
  async run(env) {
    const server = await web(env, { headersTimeout: 60, requestTimeout: 1000, connectionsCheckingInterval: 20 }, (q, r) => r.end('x'), ['request']);
    const c = raw(env, server, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow:');
    await env.once(c, 'close');
    const s2 = await web(env, { headersTimeout: 60, requestTimeout: 1000, connectionsCheckingInterval: 20 }, (q, r) => r.end('x'), ['request', 'clientError']);
    s2.on('clientError', (e, s) => s.destroy());
    const d = raw(env, s2, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow:', 'client2'); await env.once(d, 'close');
  },
};
S['http-request-timeout'] = {
  description: 'requestTimeout 60 ms: the headers came, the body does not end. The handler has been called; the client gets 408 and the request is aborted.',
  async run(env) {
    const server = await web(env, { headersTimeout: 50, requestTimeout: 60, connectionsCheckingInterval: 20 }, (q, r) => { env.watch('server-req', q, REQ); env.watch('server-res', r, RES); }, ['request']);
    const c = raw(env, server, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
    await env.once(c, 'close'); await env.sleep(10);
  },
};
S['http-keep-alive-timeout'] = {
  description: 'keepAliveTimeout 40 ms and keepAliveTimeoutBuffer 10 ms: an idle connection is closed by the server after its answer; the answer advertises the time in seconds, rounded down.',
  async run(env) {
    const server = await web(env, { keepAliveTimeout: 40, keepAliveTimeoutBuffer: 10 }, (q, r) => r.end('x'));
    const c = raw(env, server, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await env.once(c, 'close');
  },
};
S['http-header-overflow'] = {
  description: 'maxHeaderSize 1024: a request with 2000 bytes of headers gets 431; with a clientError listener the code is seen.',
  async run(env) {
    const t = 'GET / HTTP/1.1\r\nHost: x\r\nX-Big: ' + 'y'.repeat(2000) + '\r\n\r\n';
    const server = await web(env, { maxHeaderSize: 1024 }, (q, r) => r.end('x'), ['request']);
    let c = raw(env, server, t); await env.once(c, 'close');
    const s2 = await web(env, { maxHeaderSize: 1024 }, (q, r) => r.end('x'), ['request', 'clientError']);
    s2.on('clientError', (e, s) => s.destroy());
    c = raw(env, s2, t, 'client2'); await env.once(c, 'close');
  },
};
S['http-write-after-end'] = {
  description: 'In a handler: end("x"), then write("y") with a callback, then end("z") with a callback, setHeader and writeHead. Errors are events, callbacks or exceptions as shown; the client gets the good answer.',
  async run(env) {
    const server = await web(env, (q, r) => {
      env.watch('server-res', r, RES);
      r.end('x');
      env.log('server-res', 'write-returned', r.write('y', (e) => env.log('server-res', 'write-callback', e)));
      r.end('z', (e) => env.log('server-res', 'end-callback', e === undefined ? null : e));
      try { r.setHeader('A', 'b'); } catch (e) { env.log('server-res', 'setHeader-threw', e); }
      try { r.writeHead(200); } catch (e) { env.log('server-res', 'writeHead-threw', e); }
    });
    const c = raw(env, server, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await env.once(c, 'close');
  },
};
S['http-hang-up'] = {
  description: 'The server accepts and closes without an answer (net server that reads the request and ends): the client request gets ECONNRESET "socket hang up", then close.',
  async run(env) {
    const server = await tcp(env, (s) => { s.on('error', () => {}); s.once('data', () => s.end()); });
    const q = http.get({ port: server.address().port, host: '127.0.0.1', agent: false });
    env.watch('client-req', q, CREQ, { socket: none, response: none });
    await env.once(q, 'close');
    env.log('client-req', 'flags', q.destroyed, q.reusedSocket);
  },
};
S['http-response-cut'] = {
  description: 'The server announces ten bytes, sends three and closes: the client response gets aborted, error ECONNRESET "aborted" and close; end does not come and complete is false.',
  async run(env) {
    const server = await tcp(env, (s) => { s.on('error', () => {}); s.once('data', () => s.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc')); });
    const q = http.get({ port: server.address().port, host: '127.0.0.1', agent: false });
    env.watch('client-req', q, CREQ, { socket: none, response: (r) => [r.statusCode] });
    q.on('response', (r) => { r.setEncoding('utf8'); env.watch('client-res', r, CRES); r.on('close', () => env.log('client-res', 'complete', r.complete)); });
    await env.once(q, 'close'); await env.sleep(10);
  },
};
S['http-response-parse-error'] = {
  description: 'Answers that are not HTTP: the client request gets an error with an HPE code.',
  async run(env) {
    for (const [k, t] of Object.entries({ garbage: 'hello\r\n\r\n', version: 'HTTP/9.9 200 OK\r\n\r\n', length: 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n', extra: 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nabc' })) {
      const server = await tcp(env, (s) => { s.on('error', () => {}); s.once('data', () => s.end(t)); });
      const q = http.get({ port: server.address().port, host: '127.0.0.1', agent: false });
      env.watch('req-' + k, q, ['response', 'error', 'close'], { response: (r) => [r.statusCode] });
      q.on('response', (r) => { r.setEncoding('utf8'); env.watch('res-' + k, r, CRES); });
      await env.once(q, 'close'); await env.sleep(5);
    }
  },
};
S['http-destroy-request'] = {
  description: 'req.destroy() before the answer: error ECONNRESET "socket hang up" and close; req.destroy(error) gives that error instead; abort() adds an abort event.',
  async run(env) {
    const server = await web(env, () => {}, ['connection']);
    for (const k of ['destroy', 'destroy-error', 'abort']) {
      const q = http.get({ port: server.address().port, host: '127.0.0.1', agent: false });
      env.watch('req-' + k, q, ['finish', 'abort', 'response', 'error', 'close']);
      await env.once(q, 'finish');
      if (k === 'destroy') q.destroy(); else if (k === 'abort') q.abort(); else q.destroy(new Error('mine'));
      env.log('req-' + k, 'returned', q.destroyed);
      await env.once(q, 'close');
    }
  },
};
S['http-information'] = {
  description: '102 Processing, 103 Early Hints with a Link header, then 200. Order at the client: information twice, then response.',
  async run(env) {
    const server = await web(env, (q, r) => { r.writeProcessing(); r.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' }, () => env.log('server-res', 'hints-callback')); r.end('x'); });
    const q = http.get({ port: server.address().port, host: '127.0.0.1', agent: false });
    env.watch('client-req', q, CREQ, { socket: none, response: (r) => [r.statusCode], information: (i) => [i.statusCode, i.statusMessage, i.headers] });
    q.on('response', (r) => r.resume());
    await env.once(q, 'close');
  },
};
S['http-header-forms'] = {
  description: 'What a handler sees of repeated and odd headers: rawHeaders, headers and headersDistinct for repeated X-A, Cookie, Set-Cookie, Host-like single headers and mixed case.',
  async run(env) {
    const server = await web(env, (q, r) => { env.log('server-req', 'rawHeaders', q.rawHeaders); env.log('server-req', 'headers', q.headers); env.log('server-req', 'headersDistinct', q.headersDistinct); r.setHeader('X-Many', ['1', '2']); r.setHeader('Set-Cookie', ['a=1', 'b=2']); r.setHeader('X-Num', 5); r.appendHeader('X-Many', '3'); env.log('server-res', 'getHeaders', r.getHeaders()); env.log('server-res', 'names', r.getHeaderNames(), r.hasHeader('x-NUM'), r.getHeader('X-NUM')); r.end(); }, ['request']);
    const c = raw(env, server, 'GET / HTTP/1.1\r\nHost: x\r\nx-a: 1\r\nX-A: 2\r\nCookie: a=1\r\ncookie: b=2\r\nSet-Cookie: s=1\r\nset-cookie: t=2\r\nUser-Agent: u1\r\nUser-Agent: u2\r\nX-Empty:\r\nX-Sp:   padded  \r\nConnection: close\r\n\r\n');
    await env.once(c, 'close');
  },
};
S['http-write-returns'] = {
  description: 'Header output forms: write before end gives chunked; end(text) alone gives Content-Length; 204 and 304 have no body; statusMessage set; sendDate false; explicit Transfer-Encoding kept.',
  async run(env) {
    const server = await web(env, (q, r) => {
      r.sendDate = false;
      if (q.url === '/chunked') { r.write('ab'); r.end('c'); } else if (q.url === '/len') r.end('abc'); else if (q.url === '/204') { r.statusCode = 204; r.end('ignored'); } else if (q.url === '/304') { r.writeHead(304); r.end(); } else if (q.url === '/msg') { r.statusCode = 299; r.statusMessage = 'Fine'; r.end(); } else if (q.url === '/raw') { r.writeHead(200, ['X-One', '1', 'x-one', '2']); r.end('x'); } else { r.flushHeaders(); env.log('server-res', 'headersSent', r.headersSent); r.end('x'); }
    }, ['request']);
    for (const u of ['/chunked', '/len', '/204', '/304', '/msg', '/raw', '/flush']) { const c = raw(env, server, 'GET ' + u + ' HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'client' + u); await env.once(c, 'close'); }
  },
};

// ---- dgram ------------------------------------------------------------------------------------
S['dgram-send-receive'] = {
  description: 'A udp4 socket binds to port 0 of 127.0.0.1; another sends it two messages, one as a list of two parts; the receiver answers each; both close.',
  async run(env) {
    const a = env.watch('receiver', dgram.createSocket('udp4'), ['listening', 'message', 'error', 'close'], { message: (m, r) => [m.toString(), r.family, r.address, r.size] });
    const b = env.watch('sender', dgram.createSocket('udp4'), ['listening', 'message', 'connect', 'error', 'close'], { message: (m, r) => [m.toString(), r.family, r.address, r.size] });
    a.on('message', (m, r) => a.send('re:' + m, r.port, r.address));
    a.bind(0, '127.0.0.1', () => env.log('receiver', 'bind-callback'));
    await env.once(a, 'listening');
    const got = new Promise((ok) => { let n = 0; b.on('message', () => { if (++n === 2) ok(); }); });
    b.send('one', a.address().port, '127.0.0.1', (e, n) => env.log('sender', 'send-callback', e, n));
    b.send(['tw', 'o'], a.address().port, '127.0.0.1', (e, n) => env.log('sender', 'send-callback', e, n));
    await got;
    a.close(() => env.log('receiver', 'close-callback')); b.close(); await env.sleep(10);
    try { a.close(); } catch (e) { env.log('receiver', 'second-close-threw', e); }
    try { a.send('x', 1, '127.0.0.1'); } catch (e) { env.log('receiver', 'send-after-close-threw', e); }
  },
};
S['dgram-bind-errors'] = {
  description: 'Binding twice throws; binding a used port emits error; address() before bind throws.',
  async run(env) {
    const a = dgram.createSocket('udp4');
    try { a.address(); } catch (e) { env.log('a', 'address-threw', e); }
    a.bind(0, '127.0.0.1'); await env.once(a, 'listening');
    env.port(a.address().port, 'port');
    try { a.bind(0); } catch (e) { env.log('a', 'bind-threw', e); }
    const b = env.watch('b', dgram.createSocket('udp4'), ['listening', 'error', 'close']);
    b.bind(a.address().port, '127.0.0.1'); await env.once(b, 'error');
    a.close(); try { b.close(); } catch (e) { env.log('b', 'close-threw', e); }
  },
};

// ---- events, stream, timers ---------------------------------------------------------------------
S['events-listeners'] = {
  description: 'Order of listeners with on, prependListener, once; newListener comes before the addition, removeListener after the removal; a listener removed during emit still runs in that emit, one added does not.',
  async run(env) {
    const e = new events.EventEmitter();
    e.on('newListener', (n) => env.log('meta', 'newListener', n, e.listenerCount(n)));
    e.on('removeListener', (n) => env.log('meta', 'removeListener', n, e.listenerCount(n)));
    const c = () => env.log('x', 'third');
    e.on('x', () => { env.log('x', 'first'); e.off('x', c); e.on('x', () => env.log('x', 'added-late')); });
    e.once('x', () => env.log('x', 'once'));
    e.on('x', c);
    e.prependListener('x', () => env.log('x', 'prepended'));
    env.log('emit', 'returned', e.emit('x'), e.listenerCount('x'));
    env.log('emit', 'returned', e.emit('x'));
    env.log('emit', 'returned-none', e.emit('nobody'));
    env.log('emit', 'eventNames', e.eventNames());
    e.removeAllListeners('x'); env.log('emit', 'returned', e.emit('x'));
  },
};
S['events-errors'] = {
  description: 'emit("error") without listener throws the error itself, or a wrapping error for a non-error; errorMonitor listeners run first; an exception in a listener stops the emit and reaches the caller of emit.',
  async run(env) {
    const e = new events.EventEmitter();
    try { e.emit('error', new Error('plain')); } catch (x) { env.log('emit', 'threw', x); }
    try { e.emit('error', { a: 1 }); } catch (x) { env.log('emit', 'threw', x); env.log('emit', 'context', x.context); }
    try { e.emit('error'); } catch (x) { env.log('emit', 'threw', x); }
    e.on(events.errorMonitor, (x) => env.log('monitor', 'error', x.message));
    try { e.emit('error', new Error('seen')); } catch (x) { env.log('emit', 'threw', x); }
    e.on('error', (x) => env.log('listener', 'error', x.message));
    e.emit('error', new Error('handled'));
    e.on('y', () => { throw new Error('inside'); }); e.on('y', () => env.log('y', 'never'));
    try { e.emit('y'); } catch (x) { env.log('emit', 'threw', x); }
  },
};
S['events-once-on'] = {
  description: 'events.once resolves with the list of arguments and rejects on error; events.on iterates; both take an AbortSignal; captureRejections turns a rejected async listener into an error event, after the current turn.',
  async run(env) {
    const e = new events.EventEmitter();
    setTimeout(() => e.emit('v', 1, 2), 1); env.log('once', 'resolved', await events.once(e, 'v'));
    setTimeout(() => e.emit('error', new Error('no')), 1); await events.once(e, 'v').catch((x) => env.log('once', 'rejected', x));
    setTimeout(() => e.emit('error', new Error('asked')), 1); env.log('once', 'error-as-event', (await events.once(e, 'error')).map((x) => x.message));
    const ac = new AbortController(); setTimeout(() => ac.abort(), 1); await events.once(e, 'v', { signal: ac.signal }).catch((x) => env.log('once', 'aborted', x));
    const it = events.on(e, 'n', { close: ['stop'] });
    setTimeout(() => { e.emit('n', 'a'); e.emit('n', 'b'); e.emit('stop'); }, 1);
    for await (const v of it) env.log('on', 'value', v);
    env.log('on', 'done', e.listenerCount('n'));
    const r = new events.EventEmitter({ captureRejections: true });
    r.on('error', (x) => env.log('capture', 'error', x)); r.on('w', async () => { throw new Error('async'); });
    env.log('capture', 'emit-returned', r.emit('w'));
    await env.sleep(2);
  },
};
S['events-max-listeners'] = {
  description: 'The eleventh listener of one event causes one process warning; its name, type, count and text.',
  async run(env) {
    const e = new events.EventEmitter();
    const w = new Promise((ok) => process.once('warning', ok));
    for (let i = 0; i < 13; i++) e.on('x', () => {});
    const x = await w;
    env.log('process', 'warning', x.name, x.message, x.type, x.count);
    env.log('emitter', 'limits', e.getMaxListeners(), events.defaultMaxListeners);
  },
};
S['stream-pipeline-error'] = {
  description: 'pipeline(source, transform, sink): the transform fails at the second chunk. All three are destroyed; which of them emit error and close; the callback gets the error once.',
  async run(env) {
    const src = stream.Readable.from(['a', 'b', 'c']);
    const mid = new stream.Transform({ transform(ch, enc, cb) { cb(String(ch) === 'b' ? new Error('bad b') : null, ch); } });
    const dst = new stream.Writable({ write(ch, enc, cb) { env.log('sink', 'got', String(ch)); cb(); } });
    env.watch('source', src, ['end', 'error', 'close']); env.watch('transform', mid, ['end', 'finish', 'error', 'close']); env.watch('sink', dst, ['finish', 'error', 'close']);
    await new Promise((ok) => stream.pipeline(src, mid, dst, (e) => { env.log('pipeline', 'callback', e); ok(); }));
    await env.sleep(5);
    env.log('pipeline', 'destroyed', src.destroyed, mid.destroyed, dst.destroyed);
  },
};
S['stream-pipe'] = {
  description: 'pipe with a slow sink of highWaterMark 2 bytes: the source is paused and resumed by drain; order of pipe, data, drain, end, unpipe, finish, close.',
  async run(env) {
    env.joinData = false;
    const src = new stream.Readable({ read() {} });
    const dst = new stream.Writable({ highWaterMark: 2, write(ch, enc, cb) { env.log('sink', 'write', String(ch)); setTimeout(cb, 5); } });
    env.watch('source', src, ['data', 'pause', 'resume', 'end', 'close']); env.watch('sink', dst, ['pipe', 'unpipe', 'drain', 'finish', 'close'], { pipe: none, unpipe: none });
    src.pipe(dst); src.push('abc'); src.push('def'); src.push(null);
    await env.once(dst, 'close');
  },
};
S['stream-read-modes'] = {
  description: 'readable and read(): three chunks of 3 bytes pushed, read(4), read(4), read(4), read() and null at the end; then the same through async iteration.',
  async run(env) {
    const mk = () => { const r = new stream.Readable({ read() {} }); r.push('abc'); r.push('def'); r.push('ghi'); r.push(null); return r; };
    const r = mk(); env.watch('readable', r, ['readable', 'end', 'close']);
    await env.once(r, 'readable');
    for (const n of [4, 4, 4, undefined]) { const v = r.read(n); env.log('readable', 'read', n === undefined ? null : n, v === null ? null : String(v)); }
    await env.once(r, 'close');
    const got = []; for await (const ch of mk()) got.push(String(ch)); env.log('iterator', 'chunks', got);
  },
};
S['stream-cork'] = {
  description: 'cork, three writes, uncork with writev: one call of writev with three chunks; then end: finish before close; callbacks in order.',
  async run(env) {
    const w = new stream.Writable({ writev(chs, cb) { env.log('sink', 'writev', chs.map((c) => String(c.chunk))); cb(); } });
    env.watch('sink', w, ['drain', 'finish', 'close']);
    w.cork(); for (const x of ['a', 'b', 'c']) w.write(x, () => env.log('sink', 'callback-' + x));
    env.log('sink', 'corked', w.writableCorked, w.writableLength);
    w.uncork(); env.log('sink', 'uncorked', w.writableLength);
    w.end('d', () => env.log('sink', 'end-callback')); await env.once(w, 'close');
  },
};
S['timers-order'] = {
  description: 'Order of process.nextTick, a resolved promise, queueMicrotask, setImmediate and setTimeout 0, scheduled in reverse order from inside an I/O callback.',
  async run(env) {
    await new Promise((ok) => fs.stat('.', () => {
      setTimeout(() => { env.log('t', 'timeout'); ok(); }, 0);
      setImmediate(() => { env.log('t', 'immediate'); process.nextTick(() => env.log('t', 'tick-in-immediate')); });
      setImmediate(() => env.log('t', 'immediate-2'));
      queueMicrotask(() => env.log('t', 'microtask'));
      Promise.resolve().then(() => env.log('t', 'promise'));
      process.nextTick(() => { env.log('t', 'tick'); process.nextTick(() => env.log('t', 'nested-tick')); });
      env.log('t', 'sync');
    }));
  },
};
S['timers-objects'] = {
  description: 'setTimeout objects: refresh, close, hasRef, unref; clearing an interval inside its callback; arguments passed on; a cleared timer never runs; a delay below 1 is 1.',
  async run(env) {
    const t = setTimeout((...a) => env.log('t', 'fired', a), 5, 'x', 2);
    env.log('t', 'hasRef', t.hasRef(), t.unref() === t, t.hasRef(), t.ref().hasRef());
    await env.sleep(20);
    let n = 0; const i = setInterval(() => { env.log('i', 'tick', ++n); if (n === 3) clearInterval(i); }, 2);
    await env.sleep(30);
    const c = setTimeout(() => env.log('c', 'never'), 1); clearTimeout(c); clearTimeout(undefined); clearTimeout({});
    await env.sleep(10);
    t.refresh(); await env.sleep(20);
  },
};

// ---- tls, https, fetch, diagnostics channels --------------------------------------------------
let pair;
function cert() {
  if (pair) return pair;
  const d = fs.mkdtempSync(path.join(os.tmpdir(), 'nt-'));
  require('child_process').execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30', '-subj', '/CN=service.test', '-addext', 'subjectAltName=DNS:service.test', '-keyout', path.join(d, 'k'), '-out', path.join(d, 'c')], { stdio: 'ignore' });
  pair = { key: fs.readFileSync(path.join(d, 'k')), cert: fs.readFileSync(path.join(d, 'c')) };
  fs.rmSync(d, { recursive: true });
  return pair;
}
const tls = require('tls');
async function tlsServer(env, opts, onsecure) {
  const server = tls.createServer({ ...cert(), ...opts });
  env.watch('server', server, ['connection', 'secureConnection', 'tlsClientError', 'close'], { connection: none, secureConnection: (s) => [s.authorized, s.alpnProtocol, s.servername], tlsClientError: (e) => [e.code] });
  if (onsecure) server.on('secureConnection', onsecure);
  server.listen(0, '127.0.0.1'); await env.once(server, 'listening');
  env.port(server.address().port, 'port'); env.cleanup(() => server.close());
  return server;
}
const TLSSOCK = ['lookup', 'connect', 'secureConnect', 'ready', 'data', 'end', 'error', 'finish', 'close'];
S['tls-connect'] = {
  description: 'TLS client with the self-signed certificate of the server (DNS name service.test) as its ca, servername service.test and ALPN protocols "b" and "a"; the server knows "a". The server sends "hi" and ends.',
  async run(env) {
    const server = await tlsServer(env, { ALPNProtocols: ['a'] }, (s) => { env.watch('peer', s, ['data', 'end', 'finish', 'close', 'error']); s.setEncoding('utf8'); s.end('hi'); });
    const c = tls.connect({ port: server.address().port, host: '127.0.0.1', ca: cert().cert, servername: 'service.test', ALPNProtocols: ['b', 'a'] }, () => env.log('client', 'secureConnect-callback'));
    env.watch('client', c, TLSSOCK);
    c.setEncoding('utf8');
    c.on('secureConnect', () => env.log('client', 'facts', c.authorized, c.authorizationError, c.encrypted, c.alpnProtocol, c.getProtocol(), c.getPeerCertificate().subject.CN, c.getPeerCertificate().subjectaltname));
    await env.once(c, 'close'); await env.sleep(10);
  },
};
S['tls-untrusted'] = {
  description: 'The same server without ca at the client: an error before secureConnect. With rejectUnauthorized false: secureConnect, authorized false and authorizationError a code. With a wrong servername: the identity check fails.',
  async run(env) {
    const server = await tlsServer(env, {}, (s) => { s.on('error', () => {}); s.end('x'); });
    const port = server.address().port;
    let c = env.watch('strict', tls.connect({ port, host: '127.0.0.1', servername: 'service.test' }), TLSSOCK); await env.once(c, 'close');
    c = env.watch('lax', tls.connect({ port, host: '127.0.0.1', servername: 'service.test', rejectUnauthorized: false }), ['secureConnect', 'error', 'end', 'close']); c.resume();
    c.on('secureConnect', () => env.log('lax', 'facts', c.authorized, c.authorizationError)); await env.once(c, 'close');
    c = env.watch('name', tls.connect({ port, host: '127.0.0.1', servername: 'other.test', ca: cert().cert }), ['secureConnect', 'error', 'end', 'close']);
    c.on('error', (e) => env.log('name', 'fields', e.reason, e.host)); await env.once(c, 'close'); await env.sleep(10);
  },
};
S['tls-plain-client'] = {
  description: 'A plain TCP client speaks HTTP to a TLS server: tlsClientError at the server, the client is closed; the server goes on. A TLS client that talks to a plain echo-less server that answers text gets an error.',
  async run(env) {
    const server = await tlsServer(env, {});
    const c = env.watch('plain', net.connect(server.address().port, '127.0.0.1'), ['connect', 'end', 'error', 'close']); c.resume();
    c.write('GET / HTTP/1.1\r\n\r\n'); await env.once(c, 'close');
    const p = net.createServer((s) => { s.on('error', () => {}); s.once('data', () => s.end('not tls at all\n')); }).listen(0, '127.0.0.1'); await env.once(p, 'listening'); env.cleanup(() => p.close());
    const t = tls.connect({ port: p.address().port, host: '127.0.0.1' });
    t.on('error', (e) => env.log('tls', 'error', e.code)); env.watch('tls', t, ['secureConnect', 'close']); await env.once(t, 'close');
  },
};
S['https-get'] = {
  description: 'https.get without agent of a small body, with ca and servername.',
  async run(env) {
    const https = require('https');
    const server = https.createServer(cert(), (q, r) => { env.log('server', 'encrypted', q.socket.encrypted); r.end('secret'); });
    env.watch('server', server, ['connection', 'secureConnection', 'request'], { connection: none, secureConnection: none, request: (q) => [q.method, q.url, q.headers.host] });
    server.listen(0, '127.0.0.1'); await env.once(server, 'listening'); env.port(server.address().port, 'port'); env.cleanup(() => { server.closeAllConnections(); server.close(); });
    const q = https.get({ port: server.address().port, host: '127.0.0.1', servername: 'service.test', ca: cert().cert, agent: false, path: '/s' });
    env.watch('client-req', q, CREQ, { socket: none, response: (r) => [r.statusCode] });
    q.on('socket', (s) => env.watch('client-socket', s, ['connect', 'secureConnect', 'close']));
    q.on('response', (r) => { r.setEncoding('utf8'); env.watch('client-res', r, CRES); });
    await env.once(q, 'close'); await env.sleep(10);
  },
};
S['fetch-basics'] = {
  description: 'fetch: a text answer, a JSON answer, a redirect that is followed, a POST of JSON, reading a body twice, a 404 which is no error; what the server sees of the headers.',
  async run(env) {
    const server = await web(env, (q, r) => {
      let b = ''; q.on('data', (d) => { b += d; }); q.on('end', () => {
        if (q.url === '/r') { r.writeHead(302, { Location: '/t' }); r.end(); } else if (q.url === '/j') { r.setHeader('Content-Type', 'application/json'); r.end('{"a":[1]}'); } else if (q.url === '/404') { r.statusCode = 404; r.end('none'); } else r.end('text:' + q.method + ':' + b + ':' + (q.headers['content-type'] || ''));
      });
    }, ['request']);
    server.once('request', (q) => env.log('server', 'headers', { ...q.headers, 'user-agent': q.headers['user-agent'] }));
    const base = 'http://127.0.0.1:' + server.address().port;
    let r = await fetch(base + '/t'); env.log('fetch', 'response', r.status, r.ok, r.statusText, r.redirected, r.type, r.bodyUsed); env.log('fetch', 'text', await r.text(), r.bodyUsed);
    await r.text().catch((e) => env.log('fetch', 'second-read', e));
    r = await fetch(base + '/j'); env.log('fetch', 'json', await r.json(), r.headers.get('Content-Type'));
    r = await fetch(base + '/r'); env.log('fetch', 'redirected', r.redirected, r.url, await r.text());
    r = await fetch(base + '/p', { method: 'POST', body: JSON.stringify({ x: 1 }), headers: { 'content-type': 'application/json' } }); env.log('fetch', 'post', await r.text());
    r = await fetch(base + '/p', { method: 'POST', body: 'plain' }); env.log('fetch', 'post-string', await r.text());
    r = await fetch(base + '/404'); env.log('fetch', 'not-found', r.status, r.ok, await r.text());
    await fetch(base + '/r', { redirect: 'error' }).catch((e) => env.log('fetch', 'redirect-error', e, e.cause && e.cause.message));
    r = await fetch(base + '/r', { redirect: 'manual' }); env.log('fetch', 'manual', r.status, r.headers.get('location'));
  },
};
S['fetch-errors'] = {
  description: 'fetch failures: refused connection, a connection closed without answer, abort before and during, a bad URL, a GET with a body, a blocked port. All reject with TypeError or an AbortError; the cause tells why.',
  async run(env) {
    const server = net.createServer((s) => { s.on('error', () => {}); s.once('data', (d) => { if (/\/hang/.test(d)) return; s.end(); }); }).listen(0, '127.0.0.1'); await env.once(server, 'listening'); env.cleanup(() => server.close());
    const base = 'http://127.0.0.1:' + server.address().port;
    const tell = (n) => (e) => env.log('fetch', n, e, e.cause ? [e.cause.name, e.cause.code === undefined ? null : e.cause.code] : null);
    const gone = net.createServer().listen(0, '127.0.0.1'); await env.once(gone, 'listening'); const free = env.port(gone.address().port, 'free'); await new Promise((ok) => gone.close(ok));
    await fetch('http://127.0.0.1:' + free).catch(tell('refused'));
    await fetch(base + '/').catch(tell('closed'));
    const ac = new AbortController(); ac.abort(); await fetch(base + '/hang', { signal: ac.signal }).catch(tell('aborted-before'));
    const ac2 = new AbortController(); setTimeout(() => ac2.abort(), 20); await fetch(base + '/hang', { signal: ac2.signal }).catch(tell('aborted-during'));
    const ac3 = new AbortController(); setTimeout(() => ac3.abort(new Error('reason')), 20); await fetch(base + '/hang', { signal: ac3.signal }).catch(tell('aborted-reason'));
    await fetch(base + '/hang', { signal: AbortSignal.timeout(20) }).catch(tell('timeout'));
    await fetch('nonsense').catch(tell('bad-url'));
    await fetch(base, { method: 'GET', body: 'x' }).catch(tell('get-body'));
    await fetch('http://127.0.0.1:1/').catch(tell('bad-port'));
  },
};
S['diagnostics-http'] = {
  description: 'Order of the built-in diagnostics channels around one http request without agent, client and server in one process.',
  async run(env) {
    const dc = require('diagnostics_channel');
    const names = ['http.client.request.created', 'http.client.request.start', 'http.client.request.error', 'http.client.response.finish', 'http.server.request.start', 'http.server.response.created', 'http.server.response.finish', 'net.client.socket', 'net.server.socket'];
    const subs = names.map((n) => { const f = (m) => env.log('channel', n, Object.keys(m)); dc.subscribe(n, f); return [n, f]; });
    env.cleanup(() => subs.forEach(([n, f]) => dc.unsubscribe(n, f)));
    const server = await web(env, (q, r) => r.end('x'), ['request']);
    const q = http.get({ port: server.address().port, host: '127.0.0.1', agent: false });
    q.on('response', (r) => { env.log('client', 'response'); r.resume(); });
    await env.once(q, 'close');
    env.log('channel', 'hasSubscribers', dc.hasSubscribers(names[0]), dc.hasSubscribers('nobody'));
  },
};
S['diagnostics-channel'] = {
  description: 'A user channel: publish reaches subscribers at once, in order; unsubscribe tells whether it was subscribed; an exception in a subscriber does not reach the publisher; the same name gives the same channel. A tracing channel around a function that returns, one that throws, and a promise.',
  async run(env) {
    const dc = require('diagnostics_channel');
    const ch = dc.channel('demo'); const f = (m, n) => env.log('a', 'message', m, n), g = (m) => env.log('b', 'message', m);
    env.log('ch', 'has', ch.hasSubscribers); ch.subscribe(f); ch.subscribe(g); env.log('ch', 'has', ch.hasSubscribers, dc.channel('demo') === ch);
    ch.publish({ x: 1 }); env.log('ch', 'published');
    env.log('ch', 'unsubscribed', ch.unsubscribe(f), ch.unsubscribe(f)); ch.publish('two'); ch.unsubscribe(g);
    const t = dc.tracingChannel('work'); const sub = {}; for (const k of ['start', 'end', 'asyncStart', 'asyncEnd', 'error']) sub[k] = (m) => env.log('trace', k, m.error ? m.error.message : null, m.result === undefined ? null : m.result);
    t.subscribe(sub);
    env.log('t', 'returned', t.traceSync((x) => x + 1, {}, null, 4));
    try { t.traceSync(() => { throw new Error('bad'); }, {}); } catch (e) { env.log('t', 'threw', e); }
    env.log('t', 'promised', await t.tracePromise(async () => 'later', {}));
    await t.tracePromise(async () => { throw new Error('worse'); }, {}).catch((e) => env.log('t', 'rejected', e));
    t.traceCallback((cb) => setTimeout(cb, 1, null, 7), -1, {}, null, (e, v) => env.log('t', 'callback', e, v)); await env.sleep(10);
    t.unsubscribe(sub);
  },
};
