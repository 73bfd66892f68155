// Node: cluster, worker.process: a worker whose primary was killed ends by itself. NODE_CLUSTER_SCHED_POLICY.
const cluster = require('cluster');
const net = require('net');
const { spawn } = require('child_process');

if (cluster.isPrimary && process.argv[2] === undefined) {
  const env = { ...process.env, NODE_CLUSTER_SCHED_POLICY: 'none' };
  const primary = spawn(process.execPath, [__filename, 'primary'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  primary.stdout.setEncoding('utf8').on('data', (text) => {
    told += text;
    if (/listening\n/.test(told)) primary.kill('SIGKILL');
  });
  primary.on('exit', (code, signal) => console.log('exit', code, signal));
  primary.on('close', () => console.log(told.trim())); // the worker has closed its end, too
} else if (cluster.isPrimary) {
  console.log(cluster.schedulingPolicy === cluster.SCHED_NONE);
  cluster.fork().on('listening', () => console.log('the worker is listening'));
} else {
  process.on('disconnect', () => console.log('process disconnect')); // not reached: the worker ends before
  cluster.worker.on('disconnect', () => console.log('worker disconnect', cluster.worker.exitedAfterDisconnect ?? 'undefined', cluster.worker.isConnected()));
  process.on('exit', (code) => console.log('ends with', code));
  net.createServer().listen(0, '127.0.0.1');
}
