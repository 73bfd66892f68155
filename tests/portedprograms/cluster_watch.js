// Node: cluster, "Event: 'fork'", 'online', 'listening', worker.isDead(): who does not come up in time, and who ends itself.
const cluster = require('cluster');
const http = require('http');

if (cluster.isPrimary) {
  const timeouts = [];
  let listening = 0;
  function errorMsg() {
    console.error('Something must be wrong with the connection ...');
  }
  cluster.on('fork', (worker) => {
    timeouts[worker.id] = setTimeout(errorMsg, 60_000);
    console.log('worker is dead:', worker.isDead());
  });
  cluster.on('online', (worker) => worker.id === 1 && console.log('Yay, the worker responded after it was forked'));
  cluster.on('listening', (worker, address) => {
    clearTimeout(timeouts[worker.id]);
    listening += 1;
    if (listening === 2) {
      console.log(`A worker is now connected to ${address.address}:${address.port > 0}`);
      http.get({ port: address.port, host: '127.0.0.1', agent: false }, (res) => {
        res.setEncoding('utf8');
        res.on('data', (text) => console.log(text === 'a current process'));
        res.on('error', (error) => console.log(error.code));
      });
    }
  });
  const disconnected = []; // 'exit' may come before
  cluster.on('disconnect', (worker) => disconnected.push(`The worker #${worker.id} has disconnected`));
  process.on('exit', () => console.log(disconnected.sort()));
  cluster.on('exit', (worker, code, signal) => {
    clearTimeout(timeouts[worker.id]);
    console.log('worker is dead:', worker.isDead(), code, signal);
    if (worker.exitedAfterDisconnect === true) console.log('Oh, it was just voluntary – no need to worry');
    else for (const other of Object.values(cluster.workers)) other.disconnect();
  });
  for (let i = 0; i < 2; i++) cluster.fork();
} else {
  http.createServer((req, res) => {
    res.writeHead(200);
    res.end('a current process', () => process.kill(process.pid));
  }).listen(0, '127.0.0.1');
}
