const net = require('node:net');
const server = net.createServer((c) => {
  console.log('client connected');
  c.on('end', () => { console.log('client disconnected'); });
  c.write('hello\r\n');
  c.pipe(c);
});
server.on('error', (err) => { throw err; });
server.listen(0, () => {
  console.log('server bound');
  const client = net.createConnection({ port: server.address().port }, () => {
    console.log('connected to server!');
    client.write('world!\r\n');
  });
  let all = '';
  client.on('data', (data) => {
    all += data;
    if (all.endsWith('world!\r\n')) { console.log(JSON.stringify(all), client.bytesRead, client.bytesWritten); client.end(); }
  });
  client.on('end', () => { console.log('disconnected from server'); server.close(); });
});
