const fs = require('fs');
const tls = require('tls');
const [key, cert] = process.argv.slice(2).map((path) => fs.readFileSync(path));
const server = tls.createServer({ key, cert }, (socket) => {
  socket.on('error', () => {});
  socket.on('data', (chunk) => socket.write(chunk));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
