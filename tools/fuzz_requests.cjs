// Plays programs of tools/fuzz_requests.py: a JSON line each on standard input, its outcome as a line on standard output.
'use strict';
const http = require('http');
const net = require('net');
const { perform, playAll } = require('./fuzz_player.cjs');

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

function play(program, done) {
  const log = [];
  const received = [];
  let req, connection, flags = null, over = false;
  const server = net.createServer((socket) => {
    connection = socket;
    socket.on('data', (data) => received.push(data));
    socket.on('error', () => {});
  });
  const finish = (word) => {
    if (over) return;
    over = true;
    if (word) log.push([word]);
    const end = [...log];
    if (req) {
      flags = {
        headersSent: req.headersSent, finished: req.finished, ended: req.writableEnded,
        chunked: req.chunkedEncoding, keepAlive: req.shouldKeepAlive, reused: req.reusedSocket,
      };
      req.destroy();
    }
    server.close();
    if (connection) connection.destroy();
    setImmediate(() => done({ received: Buffer.concat(received).toString('latin1'), log: end, flags, port }));
  };
  let port;
  server.listen(0, '127.0.0.1', () => {
    port = server.address().port;
    const agent = program.agent === 'own' ? false : new http.Agent({ keepAlive: program.agent === 'keep' });
    try {
      req = http.request({ ...program.options, port, host: '127.0.0.1', agent });
    } catch (error) {
      log.push(['request', 'throws', error.code, error.message]);
      return finish();
    }
    const turns = [...program.turns];
    for (const name of ['prefinish', 'finish', 'close', 'socket']) req.on(name, () => log.push([name]));
    req.on('error', (error) => log.push(['error', error.code]));
    req.on('response', (res) => {
      log.push(['response', res.statusCode]);
      res.on('end', () => log.push(['end'])).resume();
    });
    let written = false;
    // The answer comes when the program is over and everything has left.
    const answer = () => { if (written && !turns.length) setTimeout(() => connection && connection.write(ANSWER), 10); };
    req.on('finish', () => { written = true; answer(); });
    const turn = () => {
      for (const step of turns.shift()) perform(req, step, log);
      if (turns.length) setTimeout(turn, 40);
      else if (!req.writableEnded) setTimeout(finish, 30, 'stuck');
      else answer();
    };
    req.on('close', () => setTimeout(finish, 10));
    turn();
    setTimeout(finish, 10000, 'hangs').unref();
  });
}

// The first request of a process takes longer than a turn.
playAll(play, (begin) => play({ options: {}, turns: [[['end']]], agent: 'own' }, begin));
