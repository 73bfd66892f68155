// Node: cluster, "Event: 'message'" of a worker: each request is told to the primary.
const cluster = require('cluster');
const http = require('http');

if (cluster.isPrimary) {
  let numReqs = 0;
  const messageHandler = (msg) => {
    if (msg.cmd && msg.cmd === 'notifyRequest') numReqs += 1;
  };
  for (let i = 0; i < 2; i++) cluster.fork();
  for (const id in cluster.workers) cluster.workers[id].on('message', messageHandler);
  let listening = 0;
  cluster.on('listening', (worker, address) => {
    listening += 1;
    if (listening === 2) ask(address.port, 6);
  });
  const ask = (port, left) => {
    http.get({ port, host: '127.0.0.1', agent: false }, (res) => {
      res.setEncoding('utf8');
      res.on('data', (text) => console.log(res.statusCode, text.trim()));
      res.on('end', () => (left > 1 ? ask(port, left - 1) : setImmediate(wait)));
    });
  };
  const wait = () => {
    if (numReqs < 6) return setTimeout(wait, 5);
    console.log(`numReqs = ${numReqs}`);
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGKILL');
  };
  cluster.on('exit', (worker, code, signal) => console.log('worker died', code, signal, Object.keys(cluster.workers).length));
} else {
  http.Server((req, res) => {
    res.writeHead(200);
    res.end('hello world\n');
    process.send({ cmd: 'notifyRequest' });
  }).listen(0, '127.0.0.1');
}
