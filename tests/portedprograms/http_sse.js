const http = require('node:http');
const server = http.createServer((req, res) => {
  if (req.headers.accept !== 'text/event-stream') { res.statusCode = 406; return res.end(); }
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', Connection: 'keep-alive' });
  let id = Number(req.headers['last-event-id'] ?? 0);
  const timer = setInterval(() => { id += 1; res.write(`id: ${id}\ndata: ${JSON.stringify({ id })}\n\n`); }, 2);
  res.on('close', () => { clearInterval(timer); console.log('client left', res.writableEnded, res.destroyed); server.close(() => console.log('closed')); });
});
server.listen(0, () => {
  http.get({ port: server.address().port, headers: { accept: 'text/event-stream', 'last-event-id': '5' } }, (res) => {
    let rest = '', seen = 0;
    res.setEncoding('utf8').on('data', (text) => {
      const events = (rest + text).split('\n\n');
      rest = events.pop();
      for (const event of events) {
        if (seen++ < 3) console.log(event.replace('\n', ' / '));
        if (seen === 3) res.destroy();
      }
    }).on('error', (e) => console.log('error', e.code)).on('close', () => console.log('close', res.complete));
  });
});
