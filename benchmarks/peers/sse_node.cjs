const http = require('http');
const clients = new Set();
setInterval(() => {
  for (const res of clients) res.write('data: an event of about sixty-four bytes for everybody here\n\n');
}, 20);
const server = http.createServer((req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/event-stream' });
  res.flushHeaders();
  clients.add(res);
  res.on('close', () => clients.delete(res));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
