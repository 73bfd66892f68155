// The other side of tests/websocket/test_real.py: `client URL ws|global`, or `server`. What it saw is its last line, as JSON.
'use strict';
const path = require('path');

const WS = require(process.env.NODECOMPAT_WS ?? path.join(__dirname, '../.node/node_modules/ws'));
const MESSAGES = ['text µ', '', Buffer.alloc(300, 7), 'again and again '.repeat(10_000), Buffer.alloc(1_000_000, 1)];
const sizeOf = (data) => [typeof data === 'string', Buffer.byteLength(data)];
const report = (value) => console.log(JSON.stringify(value));

function runClient(url, kind) {
  const seen = [];
  const ws = kind === 'ws' ? new WS(url, ['a', 'b'], { perMessageDeflate: { threshold: 0 } }) : new WebSocket(url, ['a', 'b']);
  ws.binaryType = 'arraybuffer';
  ws.onopen = () => {
    seen.push(['open', ws.protocol, ws.extensions]);
    for (const each of MESSAGES) ws.send(each);
    if (kind !== 'ws') return;
    ws.send('frag', { fin: false });
    ws.ping('are you there');
    ws.send('ments');
  };
  let left = MESSAGES.length + (kind === 'ws' ? 2 : 0);
  const count = () => --left || ws.close(4001, 'bye');
  ws.onmessage = ({ data }) => {
    seen.push(['message', ...sizeOf(data)]);
    count();
  };
  if (kind === 'ws') ws.on('pong', (data) => { seen.push(['pong', String(data)]); count(); });
  ws.onerror = ({ message }) => seen.push(['error', message]);
  ws.onclose = ({ code, reason, wasClean }) => report([...seen, ['close', code, reason, wasClean]]);
}

function runServer() {
  const server = new WS.WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 }, handleProtocols: () => 'b' });
  server.on('listening', () => console.log(server.address().port));
  server.on('connection', (ws) => {
    const seen = [];
    ws.ping('are you there');
    ws.on('message', (data, isBinary) => {
      seen.push(['message', !isBinary, data.length]);
      ws.send(data, { binary: isBinary });
    });
    ws.on('pong', (data) => seen.push(['pong', String(data)]));
    ws.on('error', (error) => seen.push(['error', error.message]));
    ws.on('close', (code, reason) => {
      report([...seen, ['close', code, String(reason)]]);
      server.close();
    });
  });
}

if (process.argv[2] === 'client') runClient(process.argv[3], process.argv[4]);
else runServer();
