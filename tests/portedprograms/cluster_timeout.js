// Node: cluster, worker.disconnect(): a worker with a connection that never ends is killed when it takes too long.
const cluster = require('cluster');
const net = require('net');

if (cluster.isPrimary) {
  const worker = cluster.fork();
  let timeout;
  worker.on('listening', (address) => {
    net.connect(address.port, '127.0.0.1').on('data', (text) => {
      console.log(String(text));
      worker.send('shutdown');
      worker.disconnect();
      timeout = setTimeout(() => worker.kill('SIGKILL'), 20);
    }).on('error', () => {}).on('close', () => console.log('connection closed'));
  });
  worker.on('disconnect', () => clearTimeout(timeout));
  worker.on('exit', (code, signal) => console.log(code, signal, worker.exitedAfterDisconnect));
} else {
  const server = net.createServer((socket) => socket.write('connections never end'));
  server.listen(0, '127.0.0.1');
  process.on('message', (msg) => {
    if (msg === 'shutdown') process.exitCode = 3; // it cannot close what never ends
  });
}
