const net = require('node:net');
const server = net.createServer((c) => c.end('0123456789'.repeat(3))).listen(0, () => {
  let text = '';
  net.connect({
    port: server.address().port,
    onread: {
      buffer: Buffer.alloc(8),
      callback: function(nread, buf) { text += buf.toString('utf8', 0, nread) + '|'; },
    },
  }).on('end', () => { console.log(text); server.close(); });
});
