// Node: cluster.settings, setupPrimary(), 'setup', fork(env), schedulingPolicy: when each is fixed, and what a worker sees.
const cluster = require('cluster');
const { once } = require('events');

const show = (settings) => [settings.exec === __filename, settings.args, settings.silent, settings.cwd ?? 'none'];

async function main() {
  console.log(cluster.settings, cluster.schedulingPolicy === cluster.SCHED_RR);
  cluster.on('setup', (settings) => console.log('setup', show(settings), settings === cluster.settings));
  cluster.schedulingPolicy = 5;
  try {
    cluster.setupPrimary();
  } catch (error) {
    console.log(error.code, error.message);
  }
  cluster.schedulingPolicy = cluster.SCHED_RR;
  console.log('defaults', show(cluster.settings));
  cluster.setupPrimary({ args: ['one'] }); // two calls in a tick: each event has its own settings
  cluster.setupMaster({ args: ['one', 'two'], silent: true, cwd: '/' });
  console.log('now', show(cluster.settings));
  const first = cluster.fork({ COLOUR: 'green', NODE_UNIQUE_ID: '77', NUMBER: 5 });
  cluster.setupPrimary({ args: ['later'], silent: false, cwd: undefined, stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
  const second = cluster.fork(); // `stdio` is stronger than `silent`; the first has what was set before
  const output = [];
  first.process.stdout.setEncoding('utf8').on('data', (text) => output.push(text));
  const closed = once(first.process, 'close');
  const told = await Promise.all([once(first, 'message'), once(second, 'message')]);
  console.log(first.process.stdout !== null, first.process.stderr !== null, second.process.stdout !== null, second.process.stderr === null);
  for (const [message] of told) console.log(...message);
  console.log(first.id, second.id, Object.keys(cluster.workers));
  for (const worker of [first, second]) {
    worker.send('go');
    console.log(...await once(worker, 'exit'));
  }
  await closed;
  console.log('its output:', output.join('').trim());
  cluster.removeAllListeners('setup');
  const none = { exec: __filename, args: [], uid: undefined, gid: undefined, serialization: undefined, cwd: undefined, stdio: undefined };
  for (const wrong of [{ uid: 'root' }, { gid: 1.5 }, { serialization: 'xml' }, { args: 5 }, { exec: 5 }, { cwd: 5 }, { stdio: ['pipe'] }, { windowsHide: 'no' }]) {
    cluster.setupPrimary({ ...none, ...wrong });
    try {
      cluster.fork();
    } catch (error) {
      console.log(Object.keys(wrong)[0], error.code);
    }
  }
  console.log(Object.keys(cluster.workers));
}

if (cluster.isPrimary) main();
else {
  if (cluster.worker.id === 1) console.log('said by worker', cluster.worker.id);
  const { COLOUR, NUMBER, NODE_UNIQUE_ID } = process.env;
  process.send([cluster.worker.id, process.argv.slice(2), process.cwd() === '/', COLOUR ?? 'none', NUMBER ?? 'none', NODE_UNIQUE_ID ?? 'none']);
  process.on('message', () => process.exit(0));
}
