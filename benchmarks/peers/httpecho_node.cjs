const http = require('http');
const server = http.createServer((req, res) => req.pipe(res));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
