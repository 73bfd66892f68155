const http = require('node:http');
const net = require('node:net');
const server = http.createServer((req, res) => { res.end(); });
server.on('clientError', (err, socket) => {
  console.log(err.code, err.message);
  if (err.code === 'ECONNRESET' || !socket.writable) return;
  socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
});
server.listen(0, () => {
  const c = net.connect(server.address().port, () => c.write('GET / HTTP/1.1\r\nbad header\r\n\r\n'));
  let all = '';
  c.on('data', (d) => { all += d; }).on('end', () => { console.log(JSON.stringify(all)); server.close(); });
});
