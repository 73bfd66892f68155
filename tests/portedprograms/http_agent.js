const http = require('node:http');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const server = http.createServer((req, res) => { res.end(req.url); });
server.listen(0, async () => {
  const get = (path) => new Promise((resolve) => {
    const req = http.get({ port: server.address().port, agent, path }, (res) => {
      let s = ''; res.setEncoding('utf8'); res.on('data', (d) => { s += d; });
      res.on('end', () => setImmediate(() => resolve([s, req.reusedSocket].join())));
    });
  });
  console.log((await Promise.all([get('/a'), get('/b')])).join(' '));
  console.log(await get('/c'));
  const name = agent.getName({ host: 'h', port: 1 });
  console.log(name, Object.keys(agent.freeSockets).length, Object.keys(agent.sockets).length, agent.maxFreeSockets, agent.maxTotalSockets);
  agent.destroy();
  server.close(() => console.log('closed'));
});
