// A WebSocket server on npm's ws: echoes, or with "broadcast" sends each message to all.
'use strict';
const path = require('path');
const { WebSocketServer } = require(process.env.NODECOMPAT_WS ?? path.join(__dirname, '../../.node/node_modules/ws'));

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', backlog: 2048 });
const isBroadcast = process.argv.includes('broadcast');
server.on('connection', (ws) => {
  ws.on('message', (data, isBinary) => {
    if (!isBroadcast) ws.send(data, { binary: isBinary });
    else for (const client of server.clients) client.send(data, { binary: isBinary });
  });
});
server.on('listening', () => console.log(server.address().port));
