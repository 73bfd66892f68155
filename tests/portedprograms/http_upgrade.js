const http = require('node:http');
const server = http.createServer((req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/plain' });
  res.end('okay');
});
server.on('upgrade', (req, socket, head) => {
  socket.write('HTTP/1.1 101 Web Socket Protocol Handshake\r\n' +
               'Upgrade: WebSocket\r\n' +
               'Connection: Upgrade\r\n' +
               '\r\n');
  socket.pipe(socket);
});
server.listen(0, '127.0.0.1', () => {
  const options = { port: server.address().port, host: '127.0.0.1',
    headers: { 'Connection': 'Upgrade', 'Upgrade': 'websocket' } };
  const req = http.request(options);
  req.end();
  req.on('upgrade', (res, socket, upgradeHead) => {
    console.log('got upgraded!', res.statusCode, res.headers.upgrade, upgradeHead.length);
    socket.write('hello');
    socket.on('data', (d) => { console.log(d.toString()); socket.end(); server.close(() => console.log('closed')); });
  });
});
