// Node: cluster, "How it works" and 'listening': whose port it is, what its address is, and errors that come to the worker.
const cluster = require('cluster');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const { once } = require('events');

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nc-'));
  cluster.setupPrimary({ cwd: folder });
  const taken = net.createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const [one, two] = [cluster.fork(), cluster.fork()];
  await Promise.all([once(one, 'online'), once(two, 'online')]);
  const short = (value) => (value === taken.address().port ? 'taken' : value > 0 ? 'a port' : String(value).replace(folder, 'folder'));
  let told = 0;
  const ask = async (worker, what, name, options) => {
    const listening = once(worker, 'listening');
    const answer = once(worker, 'message');
    worker.send([what, name, options]);
    const [[event, port, ...rest]] = await answer;
    console.log(worker.id, what, name, '->', event, short(port), ...rest.map(short));
    if (event === 'listening' && !options.exclusive) {
      const [address] = await listening;
      console.log(' ', address.addressType, short(address.address ?? 'none'), short(address.port), address.fd ?? 'no fd');
    }
    return port;
  };
  cluster.on('listening', () => (told += 1));
  const fetched = (where) => new Promise((resolve) => {
    net.connect(where).setEncoding('utf8').on('data', resolve).on('error', ({ code }) => resolve(code));
  });
  const local = { port: 0, host: '127.0.0.1' };
  const port = await ask(one, 'listen', 'a', local);
  console.log(await ask(two, 'listen', 'a', local) === port);
  const second = await ask(one, 'listen', 'b', local); // its second with port 0
  console.log(second === port, await ask(two, 'listen', 'b', local) === second);
  const own = await ask(one, 'listen', 'c', { ...local, exclusive: true });
  console.log(own === port || own === second, await fetched(own));
  await ask(one, 'close', 'c');
  await ask(one, 'listen', 'any', { port: 0 });
  await ask(one, 'listen', 'path', { path: 'socket' });
  await ask(two, 'listen', 'path', { path: path.join(folder, 'socket') });
  console.log([await fetched(path.join(folder, 'socket')), await fetched(path.join(folder, 'socket'))].sort());
  await ask(one, 'listen', 'taken', { ...local, port: taken.address().port });
  await ask(one, 'listen', 'no address', { port: 0, host: '192.0.2.1' });
  await ask(one, 'listen', 'no folder', { path: 'missing/socket' });
  await ask(one, 'listen', 'd', { port, host: '127.0.0.1' }); // by its number it is another
  console.log([await fetched(port), await fetched(port)].sort());
  await ask(one, 'close', 'a');
  console.log(await fetched(port), await fetched(port));
  await ask(two, 'close', 'a');
  console.log(await fetched(port));
  await ask(one, 'listen', 'a', { port, host: '127.0.0.1' });
  console.log(await fetched(port), told);
  taken.close();
  for (const worker of [one, two]) {
    worker.disconnect();
    await once(worker, 'exit');
  }
  console.log(await fetched(port), await fetched(second), fs.readdirSync(folder));
  fs.rmSync(folder, { recursive: true });
}

if (cluster.isPrimary) main();
else {
  const servers = {};
  process.on('message', ([what, name, options]) => {
    if (what === 'close') return servers[name].close(() => process.send(['closed', 0]));
    const server = net.createServer((socket) => socket.end(String(cluster.worker.id)));
    servers[name] = server;
    server.on('error', (error) => process.send(['error', error.port ?? 'none', error.code, error.syscall, error.address, error.message.replace(/:\d+$/, '')]));
    server.listen(options, () => process.send(['listening', server.address().port ?? server.address()]));
  });
}
