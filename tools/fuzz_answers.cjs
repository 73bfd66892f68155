// Plays programs of tools/fuzz_answers.py: a JSON line each on standard input, its outcome as a line on standard output.
'use strict';
const http = require('http');
const net = require('net');
const { perform, playAll } = require('./fuzz_player.cjs');

function play(program, done) {
  const log = [];
  const server = http.createServer(program.options, (req, res) => {
    if (req.url === '/last') return res.end('last');
    for (const name of ['prefinish', 'finish', 'close']) res.on(name, () => log.push([name]));
    res.on('error', (error) => log.push(['error', error.code]));
    req.on('error', () => {});
    const turns = [...program.turns];
    const turn = () => {
      for (const step of turns.shift()) perform(res, step, log);
      if (turns.length) setImmediate(turn);
      else if (!res.writableEnded) setTimeout(server.giveUp, 20);
    };
    turn();
    server.res = res;
    const connection = req.socket;
    res.on('close', () => setTimeout(() => { if (connection.writable) server.peer.write(program.last); }, 5));
  });
  server.keepAliveTimeout = 5000;
  server.listen(0, '127.0.0.1', () => {
    const socket = net.connect(server.address().port, '127.0.0.1', () => socket.write(Buffer.from(program.request, 'latin1')));
    const received = [];
    server.peer = socket;
    socket.on('data', (data) => received.push(data));
    socket.on('error', () => {});
    server.giveUp = () => { log.push(['stuck']); socket.destroy(); };
    const timer = setTimeout(server.giveUp, 10000);
    socket.on('close', () => {
      clearTimeout(timer);
      server.closeAllConnections();
      server.close();
      const res = server.res;
      setImmediate(() => done({
        received: Buffer.concat(received).toString('latin1').replace(/Date: [^\r]+ GMT\r\n/g, 'Date: now\r\n'),
        log,
        flags: res && {
          headersSent: res.headersSent, finished: res.finished, ended: res.writableEnded, written: res.writableFinished,
          status: res.statusCode, message: res.statusMessage === undefined ? null : res.statusMessage,
          chunked: res.chunkedEncoding, keepAlive: res.shouldKeepAlive, destroyed: res.destroyed,
        },
      }));
    });
  });
}

playAll(play);
