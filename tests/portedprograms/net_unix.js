const net = require('node:net');
const path = require('node:os').tmpdir() + '/ported' + process.pid + '.sock';
const server = net.createServer((c) => { c.setEncoding('utf8'); c.on('data', (s) => { c.end(s.toUpperCase()); }); });
server.listen(path, () => {
  console.log(server.address() === path);
  const c = net.connect(path, () => c.write('text'));
  c.on('data', (d) => console.log(d.toString(), c.remoteAddress)).on('close', (hadError) => { console.log('close', hadError); server.close(); });
  net.connect(path + 'x').on('error', (e) => console.log(e.code, e.syscall, e.address === path + 'x'));
});
