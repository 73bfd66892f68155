// http.html, http.request: the order of events.
const http = require('node:http');
const server = http.createServer((req, res) => {
  if (req.url === '/hang') return;
  res.writeHead(200); res.write('x');
  if (req.url === '/') res.end();
});
function run(path, act, next) {
  const log = [];
  const req = http.get({ port: server.address().port, path, agent: false });
  for (const name of ['socket', 'response', 'abort', 'error', 'close']) req.on(name, (e) => log.push(name + (name === 'error' ? ' ' + e.message + ' ' + e.code : '')));
  req.on('response', (res) => {
    for (const name of ['data', 'end', 'aborted', 'error', 'close']) res.on(name, (e) => log.push('res ' + name + (name === 'error' ? ' ' + e.message + ' ' + e.code : '')));
    act(req, res);
  });
  if (path === '/hang') req.on('socket', () => act(req));
  req.on('close', () => setImmediate(() => setImmediate(() => { console.log(path, log.join(', ')); next(); })));
}
server.listen(0, () =>
  run('/', () => {}, () =>
    run('/hang', (req) => req.destroy(), () =>
      run('/part', (req, res) => res.once('data', () => req.destroy()), () =>
        run('/hang', (req) => setImmediate(() => req.abort()), () => { server.closeAllConnections(); server.close(); })))));
