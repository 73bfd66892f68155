const dgram = require('node:dgram');
const server = dgram.createSocket('udp4');
server.on('error', (err) => { console.error(`server error:\n${err.stack}`); server.close(); });
server.on('message', (msg, rinfo) => {
  console.log(`server got: ${msg} from ${rinfo.address} ${rinfo.family} ${rinfo.size}`);
  server.close();
});
server.on('listening', () => {
  const address = server.address();
  console.log(`server listening ${address.address} ${address.family}`);
  const buf1 = Buffer.from('Some ');
  const buf2 = Buffer.from('bytes');
  const client = dgram.createSocket('udp4');
  client.connect(address.port, '127.0.0.1', (err) => {
    client.send([buf1, buf2], (err, bytes) => { console.log(err, bytes, client.remoteAddress().address); client.close(); });
  });
});
server.bind({ address: '127.0.0.1', port: 0, exclusive: true });
server.on('close', () => console.log('close'));
