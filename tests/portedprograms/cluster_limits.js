// Node: net, server.maxConnections and dropMaxConnection in workers: who is full passes connections on, or drops them.
const cluster = require('cluster');
const net = require('net');
const { once } = require('events');

async function main() {
  const workers = [cluster.fork(), cluster.fork()];
  await Promise.all(workers.map((worker) => once(worker, 'online')));
  cluster.on('message', (worker, message) => message === 'drop' && console.log(message));
  const listen = async (drop) => {
    const listening = workers.map((worker) => once(worker, 'listening'));
    for (const worker of workers) worker.send(drop);
    return (await Promise.all(listening))[0][0].port;
  };
  const open = (port) => net.connect(port, '127.0.0.1').setEncoding('utf8').on('error', () => {});
  let port = await listen(false);
  const sockets = [open(port), open(port)];
  const by = await Promise.all(sockets.map(async (socket) => (await once(socket, 'data'))[0]));
  console.log('one each', [...by].sort());
  const third = open(port); // it waits until one of them is free
  let ended = false;
  third.on('data', (text) => console.log('the third', ended, text === by[0]));
  setTimeout(() => {
    ended = true;
    sockets[0].end();
  }, 30);
  await once(third, 'data');
  for (const socket of [...sockets, third]) socket.destroy();
  port = await listen(true);
  const full = [open(port), open(port)];
  await Promise.all(full.map((socket) => once(socket, 'data')));
  const dropped = open(port);
  await Promise.all([once(dropped, 'close'), once(cluster, 'message')]);
  for (const socket of full) socket.destroy();
  for (const worker of workers) worker.disconnect();
}

if (cluster.isPrimary) main();
else {
  process.on('message', (drop) => {
    const server = net.createServer((socket) => socket.on('error', () => {}).resume().write(String(cluster.worker.id)));
    server.maxConnections = 1;
    server.dropMaxConnection = drop;
    server.on('drop', () => process.send('drop'));
    server.listen(0, '127.0.0.1');
  });
}
