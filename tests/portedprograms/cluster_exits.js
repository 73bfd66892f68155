// Node: cluster, the first example, "Event: 'exit'" and worker.isDead(): workers that end in three ways; one is replaced.
const cluster = require('cluster');

if (cluster.isPrimary) {
  cluster.on('fork', (worker) => console.log(`worker ${worker.id} dead:`, worker.isDead(), 'connected:', worker.isConnected()));
  const ways = ['exit 1', 'exit 0', 'kill'];
  const next = () => {
    const way = ways.shift();
    if (!way) return;
    const worker = cluster.fork();
    worker.on('online', () => worker.send(way));
    worker.on('exit', (code, signal) => {
      if (signal) console.log(`worker was killed by signal: ${signal}`);
      else if (code !== 0) console.log(`worker exited with error code: ${code}`);
      else console.log('worker success!');
      console.log('dead:', worker.isDead(), 'voluntary:', worker.exitedAfterDisconnect);
    });
  };
  cluster.on('exit', (worker, code, signal) => {
    console.log('worker %d died (%s). restarting...', worker.id, signal || code);
    next();
  });
  next();
} else {
  process.on('message', (way) => {
    if (way === 'kill') process.kill(process.pid, 'SIGKILL');
    else process.exit(Number(way.split(' ')[1]));
  });
}
