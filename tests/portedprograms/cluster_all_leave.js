// Node: cluster.disconnect(callback), when there is no worker, a worker, and one that has hung up already.
const cluster = require('cluster');
const net = require('net');
const { once } = require('events');

const state = (worker) => [worker.isConnected(), worker.isDead(), worker.exitedAfterDisconnect ?? 'undefined'];

async function main() {
  cluster.disconnect(() => console.log('nobody to disconnect'));
  console.log('first this');
  await new Promise((resolve) => cluster.disconnect(resolve));
  const worker = cluster.fork();
  const other = cluster.fork();
  await Promise.all([once(worker, 'listening'), once(other, 'listening')]);
  other.send('hang up');
  await once(other, 'disconnect');
  console.log('hung up', state(other), Object.keys(cluster.workers));
  cluster.on('exit', ({ id }) => console.log('exit', id, Object.keys(cluster.workers)));
  worker.disconnect();
  console.log(state(worker), Object.keys(cluster.workers));
  await once(worker, 'exit');
  cluster.disconnect(() => console.log('callback', state(other), Object.keys(cluster.workers)));
  console.log(state(other), Object.keys(cluster.workers));
  other.kill('SIGKILL');
  await once(other, 'exit');
  console.log(state(worker), state(other));
}

if (cluster.isPrimary) main();
else {
  net.createServer().listen(0, '127.0.0.1');
  process.on('message', () => {
    cluster.worker.exitedAfterDisconnect = true; // it may go on without its primary
    setInterval(() => {}, 1000);
    process.disconnect();
  });
}
