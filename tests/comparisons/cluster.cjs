'use strict';
const cluster = require('cluster');
const dgram = require('dgram');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const { EventEmitter, once } = require('events');

const FOLDER = fs.mkdtempSync(path.join(os.tmpdir(), 'nc-'));
process.on('exit', () => fs.rmSync(FOLDER, { recursive: true }));
const PROGRAM = path.join(FOLDER, 'worker.cjs');
fs.writeFileSync(PROGRAM, `
const cluster = require('cluster');
const dgram = require('dgram');
const net = require('net');
const servers = [];
const answer = (socket) => socket.end(String(cluster.worker.id));
process.on('message', (message) => {
  const say = (...args) => process.send(args);
  if (message.listen !== undefined) {
    const server = net.createServer(answer).on('error', ({ code, syscall }) => say('error', code, syscall));
    servers.push(server.listen(message.listen, () => say('port', typeof server.address() === 'string' ? server.address() : server.address().port)));
  } else if (message.udp !== undefined) {
    const socket = dgram.createSocket('udp4').on('message', (data, { port }) => socket.send(String(cluster.worker.id), port, '127.0.0.1'));
    socket.bind(message.udp, '127.0.0.1', () => say('port', socket.address().port));
  } else if (message === 'facts') {
    say(cluster.isPrimary, cluster.isMaster, cluster.isWorker, cluster.worker.id, cluster.worker.process === process, cluster.worker.isConnected(), cluster.worker.isDead(), Object.keys(cluster.workers ?? {}).length, process.env.NODE_UNIQUE_ID ?? null, process.env.EXTRA, process.argv.slice(2));
  } else if (message === 'close') servers.pop().close(() => say('closed'));
  else if (message === 'disconnect') cluster.worker.disconnect();
  else if (message === 'kill') cluster.worker.kill();
  else if (message === 'exit') process.exit(7);
});
`);
const said = (worker) => once(worker, 'message').then(([message]) => message);
const asked = (worker, message) => {
  const answer = said(worker);
  worker.send(message);
  return answer;
};
const started = async (env) => {
  const worker = cluster.fork(env);
  await once(worker, 'online');
  return worker;
};
const fetched = (port) => new Promise((resolve) => net.connect(port, '127.0.0.1').setEncoding('utf8').on('data', resolve).on('error', ({ code }) => resolve(code)));
const gone = (worker) => once(worker, 'exit');
const setUp = (settings) => {
  cluster.setupPrimary({ exec: PROGRAM, args: ['an argument'], silent: false, ...settings });
};

module.exports = {
  facts: async () => {
    const found = [cluster.isPrimary, cluster.isMaster, cluster.isWorker, cluster.SCHED_NONE, cluster.SCHED_RR, cluster.schedulingPolicy, cluster.worker ?? null, cluster.workers];
    const setup = once(cluster, 'setup');
    cluster.setupMaster({ exec: PROGRAM, args: ['an argument'] });
    const [{ exec, args, silent }] = await setup;
    found.push([exec === PROGRAM, args, silent, cluster.settings.args]);
    const worker = await started({ EXTRA: 'extra' });
    found.push([worker instanceof cluster.Worker, worker.id > 0, cluster.workers[worker.id] === worker, worker.exitedAfterDisconnect ?? null, worker.isConnected(), worker.isDead(), worker.process.connected]);
    found.push([worker.listenerCount('error'), worker.listenerCount('message'), worker.state]);
    const [a, b, c, id, ...rest] = await asked(worker, 'facts');
    found.push([a, b, c, id === worker.id, ...rest]);
    const end = gone(worker);
    worker.kill('SIGKILL');
    found.push(await end, worker.isDead(), worker.isConnected(), worker.exitedAfterDisconnect, cluster.workers[worker.id] ?? null);
    return found;
  },
  workersByHand: async () => {
    const found = [undefined, null, 5, { id: 5, state: 'x' }, { id: '7', state: 0 }, { id: 2 ** 32 + 2 }].map((options) => {
      const worker = new cluster.Worker(options);
      return [worker.id, worker.state, 'process' in worker, worker.exitedAfterDisconnect ?? null];
    });
    const child = new EventEmitter();
    const call = (name) => (...args) => found.push([name, ...args.map((arg) => arg?.act ?? arg)].slice(0, 2)) > 0;
    Object.assign(child, { connected: true, exitCode: null, signalCode: null, send: call('send'), kill: call('kill') });
    const worker = new cluster.Worker({ id: 2, process: child, state: 'online' });
    worker.on('error', (error) => found.push(['error', error.message]));
    for (const name of ['message', 'exit', 'disconnect']) worker.on(name, (...args) => found.push([name, ...args]));
    child.emit('error', new Error('bad'));
    child.emit('message', 'hello', 'handle');
    for (const name of ['exit', 'disconnect', 'internalMessage']) child.emit(name, 1, null);
    found.push(child.eventNames(), worker.send('x'), worker.isConnected(), worker.isDead());
    worker.kill('SIGUSR1');
    worker.destroy();
    found.push(worker.disconnect() === worker, worker.exitedAfterDisconnect, worker.process === child, worker.state);
    return found;
  },
  eventsOfAWorker: async () => {
    setUp();
    const events = [];
    const names = ['fork', 'online', 'listening', 'message', 'disconnect', 'exit'];
    const note = (name) => (...args) => events.push([name, ...args.map((arg) => arg instanceof cluster.Worker ? 'worker' : arg?.port !== undefined ? [arg.address, arg.addressType, arg.port > 0] : Array.isArray(arg) ? arg[0] : arg)]);
    const listeners = names.map((name) => [name, note(`cluster ${name}`)]);
    for (const [name, listener] of listeners) cluster.on(name, listener);
    const worker = cluster.fork();
    for (const name of names.slice(1)) worker.on(name, note(`worker ${name}`));
    await once(worker, 'online');
    await asked(worker, { listen: { port: 0, host: '127.0.0.1' } });
    const ends = [once(worker, 'disconnect'), gone(worker)];
    worker.disconnect();
    await Promise.all(ends);
    for (const [name, listener] of listeners) cluster.removeListener(name, listener);
    // On a busy machine 'exit' may come before 'disconnect'.
    const rest = (end) => events.slice(-4).filter(([name]) => name.endsWith(end));
    return [events.slice(0, -4), rest('disconnect'), rest('exit'), worker.exitedAfterDisconnect];
  },
  endings: async () => {
    setUp();
    const found = [];
    for (const message of ['disconnect', 'kill', 'exit']) {
      const worker = await started();
      const end = gone(worker);
      worker.send(message);
      found.push([message, await end, worker.exitedAfterDisconnect]);
    }
    const workers = [await started()];
    const ends = workers.map(gone);
    await new Promise((resolve) => cluster.disconnect(resolve));
    return [...found, await Promise.all(ends), workers.map((worker) => worker.isConnected()), await new Promise((resolve) => cluster.disconnect(() => resolve('none left')))];
  },
  sharedPorts: async () => {
    setUp();
    const found = [];
    const workers = [await started(), await started()];
    const ports = [];
    for (const worker of workers) ports.push((await asked(worker, { listen: { port: 0, host: '127.0.0.1' } }))[1]);
    found.push(ports[0] === ports[1]);
    const ids = new Set();
    for (let count = 0; count < 4; count++) ids.add(await fetched(ports[0]));
    found.push(ids.size);
    const [, second] = await asked(workers[0], { listen: { port: 0, host: '127.0.0.1' } });
    found.push(second === ports[0]);
    const [, own] = await asked(workers[1], { listen: { port: 0, host: '127.0.0.1', exclusive: true } });
    found.push(own === ports[0], own === second, await fetched(own) === String(workers[1].id));
    found.push(await asked(workers[1], 'close'), await fetched(own));
    const taken = net.createServer();
    await once(taken.listen(0, '127.0.0.1'), 'listening');
    found.push(await asked(workers[0], { listen: { port: taken.address().port, host: '127.0.0.1' } }));
    taken.close();
    const socket = path.join(FOLDER, 'socket');
    for (const worker of workers) found.push((await asked(worker, { listen: { path: socket } }))[1] === socket);
    const answers = new Set();
    for (let count = 0; count < 4; count++) answers.add(await fetched(socket));
    found.push(answers.size);
    const udp = [];
    for (const worker of workers) udp.push((await asked(worker, { udp: 0 }))[1]);
    const peer = dgram.createSocket('udp4');
    peer.send('question', udp[0], '127.0.0.1');
    const [answer] = await once(peer, 'message');
    found.push(udp[0] === udp[1], workers.some(({ id }) => String(id) === answer.toString()));
    peer.close();
    const end = gone(workers[0]);
    workers[0].destroy('SIGKILL');
    await end;
    found.push(await fetched(ports[0]) === String(workers[1].id), await fetched(ports[0]) === String(workers[1].id));
    const last = gone(workers[1]);
    workers[1].disconnect();
    await last;
    found.push(await fetched(ports[0]), fs.existsSync(socket));
    return found;
  },
};
