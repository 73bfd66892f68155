// Node: cluster, 'listening' of 'udp4' and dgram's bind() in workers: whose port it is.
const cluster = require('cluster');
const dgram = require('dgram');
const { once } = require('events');

async function main() {
  const [one, two] = [cluster.fork(), cluster.fork()];
  await Promise.all([once(one, 'online'), once(two, 'online')]);
  cluster.on('listening', (worker, { addressType, address, port, fd }) => console.log('listening', worker.id, addressType, address, port > 0, fd ?? 'no fd'));
  const peer = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(peer, 'listening');
  const ask = async (worker, ...message) => {
    const shared = message[0] === 'bind' && !message[2].exclusive && message[2].port !== peer.address().port;
    const told = shared ? once(cluster, 'listening') : null;
    const answer = once(worker, 'message');
    worker.send(message);
    await told;
    return (await answer)[0];
  };
  const answered = async (port) => {
    peer.send('question', port, '127.0.0.1');
    return String((await once(peer, 'message'))[0]);
  };
  const local = { port: 0, address: '127.0.0.1' };
  const [, port] = await ask(one, 'bind', 'a', local);
  console.log((await ask(two, 'bind', 'a', local))[1] === port, ['1', '2'].includes(await answered(port)));
  const [, second] = await ask(one, 'bind', 'b', local);
  const [, own] = await ask(one, 'bind', 'c', { ...local, exclusive: true });
  console.log(port === second, own === port, await answered(second), await answered(own));
  console.log((await ask(two, 'bind', 'c', { ...local, exclusive: true, port: own })).slice(0, 3));
  console.log((await ask(two, 'bind', 'd', { ...local, port: peer.address().port })).slice(0, 3));
  console.log(await ask(one, 'close', 'a'), await answered(port));
  await ask(one, 'close', 'c');
  peer.close();
  const gone = [once(one, 'exit'), once(two, 'exit')];
  for (const worker of [one, two]) worker.disconnect();
  for (const [code, signal] of await Promise.all(gone)) console.log(code, signal);
}

if (cluster.isPrimary) main();
else {
  const sockets = {};
  process.on('message', ([what, name, options]) => {
    if (what === 'close') return sockets[name].close(() => process.send(['closed']));
    const socket = dgram.createSocket('udp4');
    sockets[name] = socket;
    socket.on('error', (error) => process.send(['error', error.code, error.syscall, error.port]));
    socket.on('message', (data, { port, address }) => socket.send(String(cluster.worker.id), port, address));
    socket.bind(options, () => process.send(['bound', socket.address().port]));
  });
}
