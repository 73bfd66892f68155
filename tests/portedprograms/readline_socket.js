const net = require('node:net'), readline = require('node:readline');
const server = net.createServer((socket) => {
  const rl = readline.createInterface({ input: socket });
  rl.on('line', (line) => { if (line === 'quit') socket.end('bye\n'); else socket.write(`${line.toUpperCase()}\n`); });
  rl.on('close', () => console.log('server: closed'));
});
server.listen(0, async () => {
  const c = net.connect(server.address().port);
  c.write('hello\r\nwo'); setTimeout(() => c.write('rld\nquit\n'), 2);
  for await (const line of readline.createInterface({ input: c })) console.log(line);
  server.close();
});
