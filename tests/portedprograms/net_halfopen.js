const net = require('node:net');
const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (c) => {
  const parts = [];
  console.log('paused', c.isPaused(), c.readyState);
  c.setEncoding('utf8');
  c.on('data', (d) => parts.push(d));
  c.on('end', () => { console.log('got', parts.join(''), c.writable, c.readyState); c.end('answer'); });
  c.on('close', (e) => { console.log('server close', e); server.close(); });
  setTimeout(() => c.resume(), 2);
});
server.listen(0, '127.0.0.1', () => {
  const c = new net.Socket();
  c.setTimeout(100000, () => console.log('never'));
  console.log(c.connecting, c.pending, c.timeout, c.readyState, c.destroyed);
  c.connect(server.address().port, '127.0.0.1');
  console.log(c.connecting, c.pending, c.readyState);
  c.on('connect', () => { console.log('connect', c.remoteAddress, c.localFamily, c.readyState); });
  c.on('ready', () => { c.setNoDelay(true).setKeepAlive(true, 1000); c.write('one '); c.end('two', () => console.log('sent')); });
  c.on('data', (d) => console.log(d.toString(), c.readyState));
  c.on('close', () => { console.log('close', c.bytesRead, c.bytesWritten, c.readyState); c.write('x', (e) => console.log(e.code)); c.on('error', (e) => console.log('error', e.code)); });
});
