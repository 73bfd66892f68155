const http = require('http');
const ITEMS = Array.from({ length: 32 }, (_, number) => (
  { id: number, name: `item ${number}`, tags: ['a', 'b'], price: number * 1.5 }));
const server = http.createServer((req, res) => {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => {
    const asked = JSON.parse(Buffer.concat(chunks));
    const body = JSON.stringify({ for: asked.user, count: asked.lines.length, items: ITEMS });
    res.writeHead(200, { 'Content-Type': 'application/json' });
    res.end(body);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
