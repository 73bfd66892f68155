const fs = require('fs');
const http = require('http');
const path = process.argv[2];
const { size } = fs.statSync(path);
const server = http.createServer((req, res) => {
  res.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': size });
  fs.createReadStream(path).pipe(res);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
