// Node: cluster, worker.send(), cluster.setupPrimary(), cluster.worker and cluster.workers.
const cluster = require('cluster');

if (cluster.isPrimary) {
  console.log('I am primary', cluster.worker === undefined);
  cluster.on('setup', (settings) => console.log('setup', settings.args, settings.silent));
  cluster.setupPrimary({ args: ['--use', 'https'], silent: false });
  const first = cluster.fork(); // https worker
  first.on('message', (msg) => {
    console.log('first says', msg);
    cluster.setupPrimary({ args: ['--use', 'http'] });
    const second = cluster.fork({ COLOUR: 'green' }); // http worker
    second.on('message', (text) => {
      console.log('second says', text);
      for (const worker of Object.values(cluster.workers)) worker.send('big announcement to all workers');
    });
    second.send('hi there');
  });
  first.send('hi there');
  let gone = 0;
  cluster.on('message', (worker, msg) => console.log('cluster hears', worker.id, Array.isArray(msg)));
  cluster.on('exit', () => (gone += 1) === 2 && console.log('all gone', Object.keys(cluster.workers)));
} else {
  process.on('message', (msg) => {
    if (msg === 'hi there') process.send([cluster.worker.id, process.argv.slice(2), process.env.COLOUR ?? '', cluster.isPrimary]);
    else cluster.worker.disconnect();
  });
}
