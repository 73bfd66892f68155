const fs = require('fs');
const tls = require('tls');
const [key, cert] = process.argv.slice(2).map((path) => fs.readFileSync(path));
const piece = Buffer.alloc(65536, 'x');
const server = tls.createServer({ key, cert }, (socket) => {
  const go = () => { while (socket.write(piece)); };
  socket.once('data', go);
  socket.on('drain', go);
  socket.on('error', () => {});
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
