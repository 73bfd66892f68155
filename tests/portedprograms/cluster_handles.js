// Node: cluster, worker.send(message, sendHandle, options, callback), 'message' with a handle, 'error'.
const cluster = require('cluster');
const net = require('net');
const { once } = require('events');

async function main() {
  const worker = cluster.fork();
  cluster.on('message', (from, message, handle) => console.log('cluster', from === worker, message, handle instanceof net.Socket));
  worker.on('message', (message, handle) => {
    if (handle) handle.end('back from the primary');
  });
  const server = net.createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = net.connect(server.address().port, '127.0.0.1').setEncoding('utf8');
  const [socket] = await once(server, 'connection');
  const sent = new Promise((resolve) => worker.send('a socket', socket, { keepOpen: false }, resolve));
  let read = '';
  client.on('data', (text) => (read += text));
  console.log('sent', await sent);
  await once(client, 'close');
  console.log('client reads', read);
  server.close();
  const passed = net.createServer().listen(0, '127.0.0.1');
  await once(passed, 'listening');
  const port = passed.address().port;
  const arrived = once(worker, 'message'); // behind what acknowledges the server: nothing is under way after it
  worker.send('a server', passed, () => passed.close());
  await once(passed, 'close');
  await arrived;
  const second = net.connect(port, '127.0.0.1').setEncoding('utf8');
  console.log('by the worker', (await once(second, 'data'))[0]);
  await once(second, 'close');
  console.log(worker.send({ cmd: 'NODE_CLUSTER', ack: -1 }), worker.send({ cmd: 'NODE_something' })); // the worker's program sees neither
  for (const wrong of [[], [() => {}], ['text', 'handle'], ['text', {}], ['text', null, 'options']]) {
    try {
      console.log(worker.send(...wrong));
    } catch (error) {
      console.log(error.code);
    }
  }
  worker.disconnect();
  await once(worker, 'disconnect');
  console.log('too late', worker.send('text', (error) => console.log(error.code)));
  worker.on('error', (error) => console.log('error', error.code));
  await new Promise((resolve) => {
    worker.send('text');
    worker.on('error', resolve);
  });
  cluster.setupPrimary({ cwd: '/this/is/missing' });
  const none = cluster.fork();
  none.on('exit', (...args) => console.log('exit', ...args));
  console.log(none.process.pid === undefined, none.isDead());
  const [error] = await once(none, 'error');
  console.log(error.code, error.syscall === `spawn ${process.execPath}`, none.isDead(), none.isConnected());
}

if (cluster.isPrimary) main();
else {
  process.on('internalMessage', () => {});
  process.on('message', (message, handle) => {
    if (message === 'a socket') {
      const more = net.connect(handle.localPort, '127.0.0.1', () => {
        more.destroy();
        handle.write('from the worker, ', () => cluster.worker.send('take it back', handle));
      });
    } else if (message === 'a server') {
      handle.on('connection', (socket) => {
        socket.end('worker');
        handle.close();
      });
      process.send('it is here');
    } else process.send(['unexpected', message]);
  });
}
