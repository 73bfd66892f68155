// Node: cluster, SCHED_NONE: each worker accepts by itself. "How it works": exclusive, reusePort, handles, explicit servers.
const cluster = require('cluster');
const net = require('net');
const { once } = require('events');

async function main() {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const [one, two] = [cluster.fork(), cluster.fork()];
  cluster.schedulingPolicy = cluster.SCHED_RR; // too late: it is frozen
  await Promise.all([once(one, 'online'), once(two, 'online')]);
  let told = 0;
  cluster.on('listening', () => (told += 1));
  const ask = async (worker, ...message) => {
    const answer = once(worker, 'message');
    worker.send(message);
    return (await answer)[0];
  };
  const fetched = (where) => new Promise((resolve) => {
    net.connect(where).setEncoding('utf8').on('data', resolve).on('error', ({ code }) => resolve(code));
  });
  const local = { port: 0, host: '127.0.0.1' };
  const [, port] = await ask(one, 'listen', 'a', local);
  console.log('shared', (await ask(two, 'listen', 'a', local))[1] === port, ['1', '2'].includes(await fetched(port)));
  console.log((await ask(one, 'listen', 'b', { ...local, port })).slice(0, 3));
  const taken = net.createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  console.log('taken', (await ask(one, 'listen', 'c', { ...local, port: taken.address().port })).slice(0, 3));
  taken.close();
  const [, own] = await ask(one, 'listen', 'd', { ...local, exclusive: true });
  console.log('exclusive', await fetched(own), (await ask(two, 'listen', 'd', { ...local, exclusive: true, port: own })).slice(0, 3));
  await ask(one, 'close', 'd');
  const [, both] = await ask(one, 'listen', 'e', { ...local, reusePort: true });
  const [, again] = await ask(two, 'listen', 'e', { ...local, reusePort: true, port: both });
  console.log('reusePort', both === again, ['1', '2'].includes(await fetched(both)));
  await ask(one, 'close', 'e');
  console.log(await fetched(both));
  await ask(two, 'close', 'e');
  console.log('a handle', await ask(one, 'adopt', 'f'));
  console.log('told', told);
  console.log('close', await ask(one, 'close', 'a'), await fetched(port), await fetched(port));
  const gone = [once(one, 'exit'), once(two, 'exit')];
  cluster.disconnect();
  for (const [code, signal] of await Promise.all(gone)) console.log(code, signal);
  console.log(await fetched(port));
}

if (cluster.isPrimary) main();
else {
  const servers = {};
  process.on('message', ([what, name, options]) => {
    if (what === 'close') return servers[name].close(() => process.send(['closed']));
    const server = net.createServer((socket) => socket.end(String(cluster.worker.id)));
    servers[name] = server;
    server.on('error', (error) => process.send(['error', error.code, error.syscall, error.port]));
    const listening = () => process.send(['listening', server.address().port]);
    if (what === 'listen') return server.listen(options, listening);
    const other = net.createServer().listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
      server.listen(other, () => { // the worker's own, the primary hears nothing of it
        net.connect(server.address().port, '127.0.0.1').on('data', (data) => {
          other.close();
          server.close();
          process.send(['adopted', String(data) === String(cluster.worker.id)]);
        });
      });
    });
  });
}
