// Node: worker.disconnect(), worker.kill(), worker.process, exitedAfterDisconnect: what is told in which order, on both sides.
const cluster = require('cluster');
const net = require('net');
const { once } = require('events');

const state = (worker) => [worker.isConnected(), worker.isDead(), worker.exitedAfterDisconnect ?? 'undefined', worker.id in cluster.workers];
const scenes = {
  'worker.disconnect() here': (worker) => [worker.disconnect() === worker, ...state(worker)],
  'worker.disconnect() there': (worker) => [worker.send('disconnect')],
  'worker.process.disconnect() here': (worker) => {
    worker.process.disconnect();
    return state(worker);
  },
  'process.disconnect() there': (worker) => [worker.send('hang up')],
  'worker.kill() here': (worker) => [worker.kill() ?? 'nothing', ...state(worker)],
  'worker.destroy() there': (worker) => [worker.send('destroy')],
};

async function main() {
  const all = Object.keys(scenes).map(() => cluster.fork());
  await Promise.all(all.map((worker) => once(worker, 'listening')));
  for (const [name, act] of Object.entries(scenes)) {
    const worker = all.shift();
    const events = [];
    for (const event of ['disconnect', 'exit']) worker.on(event, (...args) => events.push([event, ...args, ...state(worker)]));
    worker.on('message', (message) => events.push(message));
    console.log(name, state(worker));
    const found = act(worker);
    await once(worker, 'exit');
    if (worker.isConnected()) await once(worker, 'disconnect'); // 'exit' may come before
    console.log('  here', ...found);
    for (const event of events.sort(([a], [b]) => (a < b ? -1 : 1))) console.log(' ', ...event);
  }
}

if (cluster.isPrimary) main();
else {
  const server = net.createServer().listen(0, '127.0.0.1');
  const told = [];
  server.on('close', () => told.push('server closed'));
  process.on('message', (message) => {
    if (message === 'disconnect') {
      const same = cluster.worker.disconnect() === cluster.worker;
      cluster.worker.disconnect();
      process.send(['at once', same, cluster.worker.exitedAfterDisconnect, cluster.worker.isConnected(), server.listening]);
    } else if (message === 'hang up') process.disconnect();
    else {
      cluster.worker.destroy();
      process.send(['at once', cluster.worker.exitedAfterDisconnect, cluster.worker.isConnected(), server.listening]);
    }
  });
  cluster.worker.on('disconnect', () => told.push('worker disconnect'));
  process.on('disconnect', () => told.push('process disconnect', cluster.worker.isConnected()));
  process.on('exit', (code) => console.log('  at its exit', code, ...told));
}
