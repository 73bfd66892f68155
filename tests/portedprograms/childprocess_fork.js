// Node: child_process, the examples of fork(): messages, a server that is passed on, and sockets for two children.
const { fork } = require('child_process');
const net = require('net');

if (process.argv[2] === 'sub') {
  process.on('message', (m) => {
    console.log('CHILD got message:', m);
    process.send({ foo: 'bar', baz: 1 });
    process.disconnect();
  });
} else if (process.argv[2] === 'server') {
  process.on('message', (m, server) => {
    if (m === 'server') {
      server.on('connection', (socket) => { socket.end('handled by child'); process.disconnect(); server.close(); });
      process.send('ready');
    }
  });
} else if (process.argv[2]) {
  process.on('message', (m, socket) => {
    if (m === 'socket' && socket) socket.end(`Request handled with ${process.argv[2]} priority`);
    process.send('done');
  });
} else {
  const messages = (next) => {
    const n = fork(__filename, ['sub']);
    n.on('message', (m) => console.log('PARENT got message:', m));
    n.on('close', (code) => { console.log('closed', code, n.connected); next(); });
    n.send({ hello: 'world' });
  };
  const aServer = (next) => {
    const subprocess = fork(__filename, ['server']);
    const server = net.createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      subprocess.send('server', server, () => {});
      subprocess.on('message', () => {
        server.close(() => console.log('the parent has closed'));
        net.connect(port, '127.0.0.1').on('data', (data) => console.log(`${data}`));
      });
      subprocess.on('exit', (code) => { console.log('exit', code); next(); });
    });
  };
  const sockets = () => {
    const normal = fork(__filename, ['normal']);
    const special = fork(__filename, ['special']);
    const server = net.createServer({ pauseOnConnect: true });
    let count = 0;
    server.on('connection', (socket) => (count++ ? normal : special).send('socket', socket));
    const done = (child) => child.on('message', () => child.disconnect());
    done(normal);
    done(special);
    server.listen(0, '127.0.0.1', () => {
      const ask = (left) => net.connect(server.address().port, '127.0.0.1').on('data', (data) => console.log(`${data}`)).on('close', () => (left ? ask(left - 1) : server.close(() => console.log('closed'))));
      ask(1);
    });
  };
  messages(() => aServer(sockets));
}
