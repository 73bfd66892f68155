const net = require('node:net');
const first = net.createServer().listen(0, '127.0.0.1', () => {
  const { port, family, address } = first.address();
  console.log(family, address, first.listening);
  const server = net.createServer();
  let tries = 0;
  server.on('error', (e) => {
    if (e.code === 'EADDRINUSE') {
      console.log('Address in use, retrying...', e.syscall, e.port === port);
      setTimeout(() => {
        server.close((err) => console.log(err.code));
        if (++tries === 2) first.close(() => server.listen(port, '127.0.0.1'));
        else server.listen(port, '127.0.0.1');
      }, 5);
    }
  });
  server.on('listening', () => { server.getConnections((err, count) => { console.log('listening', err, count); server.close(() => console.log('closed')); }); });
  server.listen(port, '127.0.0.1');
});
