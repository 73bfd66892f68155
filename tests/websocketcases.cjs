// Plays the cases of websocketcases.py: npm's ws as server against a raw client, Node's WebSocket against a raw server.
// Writes per case what either saw, and the frames that it sent.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const net = require('net');
const path = require('path');

const installed = path.join(__dirname, '../.node/node_modules/ws');
const { WebSocketServer } = require(process.env.NODECOMPAT_WS ?? installed);
const { cases, maxPayload, maxFragments } = JSON.parse(fs.readFileSync(process.argv[2]));
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const shown = (data) => (data.length <= 130 ? data.toString('hex') : [data.length, crypto.createHash('sha1').update(data).digest('hex').slice(0, 8)]);

function framesIn(data, masked) {
  const found = [];
  let place = 0;
  while (place < data.length) {
    const first = data[place];
    let size = data[place + 1] & 127;
    place += 2;
    if (size === 126) { size = data.readUInt16BE(place); place += 2; } else if (size === 127) { size = Number(data.readBigUInt64BE(place)); place += 8; }
    const key = masked ? data.subarray(place, place += 4) : Buffer.alloc(4);
    const payload = Buffer.from(data.subarray(place, place += size)).map((byte, at) => byte ^ key[at & 3]);
    found.push([first, shown(payload)]);
  }
  return found;
}

/** Write the pieces, each in a turn of its own. */
function send(socket, pieces) {
  const next = () => {
    if (pieces.length && !socket.destroyed && socket.writable) {
      socket.write(Buffer.from(pieces.shift(), 'hex'));
      setImmediate(next);
    }
  };
  next();
}

function playServer(one) {
  return new Promise((resolve) => {
    const events = [];
    const received = [];
    let left = 2;
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload, maxFragments, perMessageDeflate: one.isDeflated });
    const over = () => {
      if (--left) return;
      server.close();
      const all = Buffer.concat(received);
      resolve({ events, sent: framesIn(all.subarray(all.indexOf('\r\n\r\n') + 4), false) });
    };
    server.on('connection', (ws) => {
      ws.on('message', (data, isBinary) => {
        events.push(['message', isBinary, shown(data)]);
        ws.send(data, { binary: isBinary, compress: false });
      });
      ws.on('ping', (data) => events.push(['ping', shown(data)]));
      ws.on('pong', (data) => events.push(['pong', shown(data)]));
      ws.on('error', (error) => events.push(['error', error.name, error.code, error.message]));
      ws.on('close', (code, reason) => {
        events.push(['close', code, shown(reason), ws.readyState]);
        over();
      });
    });
    server.on('listening', () => {
      const socket = net.connect(server.address().port, '127.0.0.1');
      const extension = one.isDeflated ? 'Sec-WebSocket-Extensions: permessage-deflate\r\n' : '';
      socket.write(`GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${extension}\r\n`);
      socket.once('data', () => send(socket, [...one.server]));
      socket.on('data', (data) => received.push(data));
      socket.on('error', () => {});
      socket.on('close', over);
    });
  });
}

function playClient(one) {
  return new Promise((resolve) => {
    const events = [];
    const received = [];
    let left = 2;
    const over = () => {
      if (--left) return;
      server.close();
      resolve({ events, sent: framesIn(Buffer.concat(received), true) });
    };
    const server = net.createServer((socket) => {
      socket.once('data', (head) => {
        const key = /sec-websocket-key: (.*)\r/i.exec(head.toString())[1];
        const accept = crypto.createHash('sha1').update(key + GUID).digest('base64');
        const extension = one.isDeflated ? 'Sec-WebSocket-Extensions: permessage-deflate\r\n' : '';
        socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${extension}\r\n`);
        socket.on('data', (data) => {
          received.push(data);
          const frames = framesIn(Buffer.concat(received), true);
          if (frames.some(([first]) => first === 0x88)) socket.end();
        });
        setImmediate(send, socket, [...one.client]);
      });
      socket.on('error', () => {});
      socket.on('close', over);
    });
    server.listen(0, '127.0.0.1', () => {
      const ws = new WebSocket(`ws://127.0.0.1:${server.address().port}/`);
      ws.binaryType = 'arraybuffer';
      ws.onopen = () => events.push(['open', ws.readyState]);
      ws.onmessage = ({ data }) => {
        events.push(['message', typeof data !== 'string', shown(Buffer.from(data))]);
        ws.send(data);
      };
      ws.onerror = ({ error, message }) => events.push(['error', error.name, message]);
      ws.onclose = ({ code, reason, wasClean }) => {
        events.push(['close', code, shown(Buffer.from(reason)), wasClean, ws.readyState]);
        over();
      };
    });
  });
}

/** null for a side that has not closed after six seconds. */
const patient = (promise) => {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, 6000, null)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

(async () => {
  const answers = {};
  const waiting = cases.slice();
  const play = async () => {
    for (let one; (one = waiting.shift());) answers[one.name] = { server: await patient(playServer(one)), client: await patient(playClient(one)) };
  };
  await Promise.all(Array.from({ length: 8 }, play));
  const sorted = cases.map(({ name }) => [name, answers[name]]);
  process.stdout.write(JSON.stringify(Object.fromEntries(sorted)), () => process.exit());
})();
