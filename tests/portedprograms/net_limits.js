const net = require('node:net');
const ac = new AbortController();
const server = net.createServer((c) => { c.write('hi'); });
server.maxConnections = 1;
server.on('drop', (data) => console.log('drop', Object.keys(data).sort().join(), data.remoteFamily));
server.on('close', () => console.log('server closed'));
server.listen({ port: 0, host: '127.0.0.1', signal: ac.signal }, () => {
  const port = server.address().port;
  const a = net.connect(port, '127.0.0.1');
  a.once('data', (d) => {
    console.log('a', d.toString(), server.listening);
    const b = net.connect({ port, host: '127.0.0.1' });
    b.on('error', (e) => console.log('b', e.code)).on('close', (bad) => {
      console.log('b close', bad);
      server.getConnections((err, n) => { console.log('count', n); ac.abort(); a.destroy(); a.on('close', () => console.log('a close', server.listening)); });
    });
  });
});
const bad = net.connect({ port: 1, host: '127.0.0.1' });
bad.on('error', (e) => { console.log(e.message, e.code, e.errno < 0, e.syscall, e.address, e.port); bad.on('close', (had) => console.log('bad close', had, bad.destroyed)); });
try { net.connect({ port: 70000 }); } catch (e) { console.log(e.name, e.code, e.message); }
try { net.connect({}); } catch (e) { console.log(e.code, e.message); }
try { net.createServer().listen({ port: 'x' }); } catch (e) { console.log(e.code); }
