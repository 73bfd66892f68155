const http = require('node:http');
const server = http.createServer((req, res) => { });
server.listen(0, () => {
  const req = http.get({ port: server.address().port, timeout: 20 });
  req.on('timeout', () => { console.log('timeout'); req.destroy(new Error('too slow')); });
  req.on('error', (e) => { console.log(e.message, e.code); server.closeAllConnections(); server.close(() => console.log('closed')); });
});
