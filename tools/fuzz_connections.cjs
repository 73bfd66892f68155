// Plays programs of tools/fuzz_connections.py: a JSON line each on standard input, its outcome as a line on standard output.
'use strict';
const http = require('http');
const net = require('net');
const { playAll } = require('./fuzz_player.cjs');

const TURN = 25; // milliseconds

function play(program, done) {
  const log = [];
  const messages = [];
  const sockets = [];
  const note = (...words) => log.push(words.join(' '));
  const watch = (emitter, name, events) => {
    for (const event of events) emitter.on(event, (value) => note(name, event, (event === 'error' && value && value.code) || ''));
  };
  const server = http.createServer(program.options);
  const perform = ([who, at, name, ...args]) => {
    const found = who === 'server' ? server : who === 'socket' ? sockets[0] : messages[at] && messages[at][who];
    if (!found) return;
    const label = who === 'req' || who === 'res' ? who + at : who;
    const act = () => {
      if (name === 'readAll') {
        let size = 0, chunk;
        while ((chunk = found.read()) !== null) size += chunk.length;
        return note(label, 'read', size);
      }
      if (name === 'onData') return found.on('data', (chunk) => note(label, 'data', chunk.length));
      if (name === 'onReadable') return found.on('readable', () => { note(label, 'readable'); perform([who, at, 'readAll']); });
      if (name === 'pipe') return found.pipe(messages[at].res);
      if (name === 'on') return found.on(args[0], () => args[1].forEach(perform));
      if (name === 'tick') return process.nextTick(() => args[0].forEach(perform));
      if (name === 'immediate') return setImmediate(() => args[0].forEach(perform));
      if (name === 'write' || name === 'end') {
        const callback = args.pop() && ((error) => note(label, name + 'ed', error ? error.code : ''));
        const result = found[name](...args, ...(callback ? [callback] : []));
        if (name === 'write') note(label, 'write', result);
        return;
      }
      found[name](...args);
    };
    try {
      act();
    } catch (error) {
      note(label, name, 'throws', error.code);
    }
  };
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('close', () => note('socket close'));
    if (program.seesSocket) watch(socket, 'socket', ['end', 'timeout', 'pause', 'resume', 'drain']);
  });
  const onRequest = (kind) => (req, res) => {
    const at = messages.length;
    messages.push({ req, res });
    note(kind, at, req.method, req.url);
    if (program.watchesRequests) watch(req, 'req' + at, ['end', 'close', 'aborted', 'pause', 'resume']);
    req.on('error', (error) => note('req' + at, 'error', error.code));
    watch(res, 'res' + at, ['finish', 'prefinish', 'close', 'error', 'drain']);
    (program.handlers[at % program.handlers.length] || []).forEach(([who, ...rest]) => perform([who, at, ...rest]));
  };
  server.on('request', onRequest('request'));
  if (program.checksContinue) server.on('checkContinue', onRequest('checkContinue'));
  if (program.hearsErrors) server.on('clientError', (error, socket) => { note('clientError', error.code); socket.end('HTTP/1.1 400 X\r\n\r\n'); });
  server.on('close', () => note('server close'));
  server.listen(0, '127.0.0.1', () => {
    const peer = net.connect({ port: server.address().port, host: '127.0.0.1', allowHalfOpen: true });
    let received = '';
    peer.setNoDelay();
    peer.on('data', (data) => { received += data.toString('latin1'); });
    peer.on('error', () => {});
    let hasEnded = false;
    peer.on('end', () => { hasEnded = true; });
    peer.on('close', () => { hasEnded = true; });
    const turns = [...program.turns];
    const finish = () => {
      for (const socket of sockets) socket.removeAllListeners();
      const flags = messages.map(({ req, res }) => [
        req.complete, req.destroyed, req.readableEnded, req.aborted, res.headersSent, res.writableEnded, res.writableFinished, res.destroyed, res.closed,
      ]);
      const end = [...log];
      peer.destroy();
      server.closeAllConnections();
      server.close();
      setImmediate(() => done({ log: end, flags }));
    };
    const after = () => {
      note('client', received.replace(/Date: [^\r]+ GMT\r\n/g, ''), hasEnded ? 'ended' : '');
      received = '';
      if (turns.length) turn();
      else finish();
    };
    const turn = () => {
      for (const [who, ...rest] of turns.shift()) {
        if (who === 'peer') {
          if (rest[0] === 'send') peer.write(Buffer.from(rest[1], 'latin1'));
          else if (rest[0] === 'end') peer.end();
          else peer[rest[0] === 'reset' ? 'resetAndDestroy' : 'destroy']();
        } else {
          perform([who, ...rest]);
        }
      }
      setTimeout(after, TURN);
    };
    peer.on('connect', () => setTimeout(turn, TURN));
  });
}

playAll(play, (begin) => play({ options: {}, handlers: [], turns: [[['peer', 'send', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n']]] }, begin));
