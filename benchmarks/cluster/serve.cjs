// The same on Node: node serve.cjs WORKERS WAY MILLISECONDS
'use strict';
const cluster = require('cluster');
const http = require('http');
const [, , workers, way, milliseconds] = process.argv;

if (cluster.isPrimary) {
  cluster.schedulingPolicy = way === 'rr' ? cluster.SCHED_RR : cluster.SCHED_NONE;
  const ports = [];
  const reports = [];
  cluster.on('listening', (worker, { port }) => {
    ports.push(port);
    if (ports.length === +workers) console.log(JSON.stringify({ port, pids: Object.values(cluster.workers).map((each) => each.process.pid) }));
  });
  cluster.on('message', (worker, count) => {
    reports.push(count);
    if (reports.length === +workers) {
      console.log(JSON.stringify(reports));
      process.exit(0);
    }
  });
  process.stdin.on('end', () => Object.values(cluster.workers).forEach((each) => each.send('count'))).resume();
  for (let count = 0; count < workers; count++) cluster.fork();
} else {
  let count = 0;
  process.on('message', () => process.send(count));
  http.createServer((req, res) => {
    count++;
    const end = performance.now() + Number(milliseconds);
    while (performance.now() < end);
    res.end('hello');
  }).listen(0, '127.0.0.1');
}
