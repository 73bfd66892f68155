// Node: worker.disconnect(): existing connections may end by themselves, and the worker with the last of them.
const cluster = require('cluster');
const net = require('net');
const { once } = require('events');

async function main() {
  const worker = cluster.fork();
  const [{ port }] = await once(worker, 'listening');
  const client = net.connect(port, '127.0.0.1').setEncoding('utf8');
  console.log((await once(client, 'data'))[0]);
  const events = [];
  for (const name of ['disconnect', 'exit']) worker.on(name, () => events.push(name));
  worker.disconnect();
  client.write('still here');
  console.log((await once(client, 'data'))[0], events, worker.isConnected(), worker.isDead());
  client.end();
  await once(worker, 'exit');
  console.log(events, worker.exitedAfterDisconnect, worker.process.exitCode);
}

if (cluster.isPrimary) main();
else {
  const server = net.createServer((socket) => {
    socket.write('hello');
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
}
