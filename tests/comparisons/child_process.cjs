'use strict';
const cp = require('child_process');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const dgram = require('dgram');
const { once } = require('events');
const { promisify } = require('util');

const each = (functions) => functions.map((run) => {
  try {
    return run();
  } catch (error) {
    return [error.name, error.code ?? null, error.message];
  }
});
const closed = (child) => new Promise((resolve) => child.on('close', (code, signal) => resolve([code, signal])));
/** What a stream of a child carried, as a text. */
const text = (stream) => new Promise((resolve) => {
  let all = '';
  stream.setEncoding('utf8').on('data', (chunk) => { all += chunk; }).on('end', () => resolve(all));
});
const output = async (...args) => {
  const child = cp.spawn(...args);
  const [out, end] = await Promise.all([text(child.stdout), closed(child)]);
  return [out, ...end];
};
const told = (run) => new Promise((resolve) => run((error, stdout, stderr) => resolve([
  error && [error.name, error.message, error.code, error.killed, error.signal, error.cmd], stdout, stderr,
])));
const facts = (found) => [found.error && [found.error.code, found.error.syscall, found.error.path, found.error.spawnargs], found.status, found.signal, found.output, found.pid > 0, found.stdout, found.stderr];
const failed = (run) => {
  try {
    return run();
  } catch (error) {
    return [error.message, error.code, error.status, error.signal, error.stdout, error.stderr, error.pid > 0];
  }
};

const FOLDER = fs.mkdtempSync(path.join(os.tmpdir(), 'nc-'));
process.on('exit', () => fs.rmSync(FOLDER, { recursive: true }));
const program = (source) => {
  const file = path.join(FOLDER, `p${Math.random()}.cjs`);
  fs.writeFileSync(file, source);
  return file;
};
const ECHO = `
process.on('message', (message, handle) => {
  if (message === 'end') process.disconnect();
  else if (message === 'socket') handle.end('from the child');
  else if (message === 'server') handle.on('connection', (socket) => { socket.end('served'); handle.close(); }) && process.send('listening');
  else if (message === 'udp') handle.once('message', (data, { port }) => handle.send('answer', port, '127.0.0.1', () => handle.close())) && process.send('bound');
  else process.send({ message, connected: process.connected, sees: [typeof process.channel.ref, process.env.NODE_CHANNEL_FD ?? null] });
});`;
const message = (child) => once(child, 'message').then(([value]) => value);
const received = (port) => text(net.connect(port, '127.0.0.1'));

module.exports = {
  wrongArguments: () => each([
    () => cp.spawn(), () => cp.spawn(''), () => cp.spawn('a\0'), () => cp.spawn('a', 'b'), () => cp.spawn('a', ['\0']), () => cp.spawn('a', [], 5), () => cp.spawn('a', { cwd: 5 }), () => cp.spawn('a', { uid: 'a' }), () => cp.spawn('a', { gid: 1.5 }),
    () => cp.spawn('a', { detached: 1 }), () => cp.spawn('a', { shell: 5 }), () => cp.spawn('a', { argv0: 5 }), () => cp.spawn('a', { windowsHide: 5 }), () => cp.spawn('a', { windowsVerbatimArguments: 5 }), () => cp.spawn('a', { timeout: -1 }),
    () => cp.spawn('a', { killSignal: 'SIGNOT' }), () => cp.spawn('a', { killSignal: {} }), () => cp.spawn('a', { signal: 5 }), () => cp.spawn('a', { env: { A: 'b\0' } }),
    () => cp.spawn('a', { stdio: 'x' }), () => cp.spawn('a', { stdio: 5 }), () => cp.spawn('a', { stdio: [{}] }), () => cp.spawn('a', { stdio: ['x'] }), () => cp.spawn('a', { stdio: [null, null, null, 'ipc', 'ipc'] }),
    () => cp.exec('a', { maxBuffer: -1 }), () => cp.exec('a', { timeout: 'a' }), () => cp.execFile('a', 5), () => cp.execFile('a', [], {}, 5),
    () => cp.fork('a', { stdio: ['pipe'] }), () => cp.fork('a', { stdio: 'x' }), () => cp.fork('a', 5), () => cp.fork(5), () => cp.fork('a', { execPath: 5 }),
    () => cp.spawnSync('a', { stdio: [null, null, null, 'ipc'] }), () => cp.spawnSync('cat', { input: 5 }), () => cp.spawnSync('a', { timeout: -1 }), () => cp.spawnSync('a', { maxBuffer: -1 }), () => cp.execSync(''), () => cp.execFileSync(''),
  ]),
  aProcessThatEnds: async () => {
    const child = cp.spawn('cat', ['-']);
    const found = [child instanceof cp.ChildProcess, child.spawnfile, child.spawnargs, child.pid > 0, child.exitCode, child.signalCode, child.killed, child.connected, child.channel ?? null, child.stdio.length, child.stdio[0] === child.stdin, child.stdio[1] === child.stdout, child.stdio[2] === child.stderr];
    found.push([child.stdin.readable, child.stdin.writable, child.stdout.readable, child.stdout.writable]);
    const events = [];
    for (const name of ['spawn', 'exit', 'close', 'error']) child.on(name, (...args) => events.push([name, ...args]));
    const out = text(child.stdout);
    child.stdin.end('hello');
    found.push(await out);
    if (!events.some(([name]) => name === 'close')) await once(child, 'close');
    return [found, events, child.exitCode, child.signalCode, child.kill(), child.stdin.destroyed];
  },
  streams: async () => [
    await output('sh', ['-c', 'echo out; echo err >&2; exit 3'], { stdio: ['ignore', 'pipe', 'ignore'] }),
    await output('sh', ['-c', 'echo out >&2'], { stdio: ['ignore', 'ignore', 'pipe'], env: process.env }).catch(() => 'no stdout'),
    await (async () => {
      const child = cp.spawn('sh', ['-c', 'echo four >&4; cat <&3 >&4; echo five >&5'], { stdio: ['overlapped', 'inherit', 'inherit', 'pipe', 'pipe', 'pipe'] });
      child.stdio[3].end('three');
      const [four, five] = [text(child.stdio[4]), text(child.stdio[5])]; // what nobody reads is dropped when the child ends
      return [child.stdin !== null, child.stdout, child.stderr, child.stdio.map((stream) => stream !== null), await four, await five];
    })(),
    await (async () => {
      const file = path.join(FOLDER, 'out');
      const fd = fs.openSync(file, 'w');
      const end = await closed(cp.spawn('sh', ['-c', 'echo to a file; echo both >&2'], { stdio: ['ignore', fd, fd] }));
      fs.closeSync(fd);
      return [end, fs.readFileSync(file, 'utf8')];
    })(),
  ],
  environment: async () => [
    await output('sh', ['-c', 'pwd; echo $A$B'], { cwd: '/', env: { A: 'a', B: undefined, PATH: process.env.PATH } }),
    await output('sh', ['-c', 'echo $0'], { argv0: 'another' }),
    await output('echo $A | tr a b', { shell: true, env: { A: 'a', PATH: process.env.PATH } }),
    await output('echo $0', { shell: '/bin/bash' }),
    await output('sh', ['-c', 'test $(ps -o sid= -p $$) -eq $$ && echo leader'], { detached: true, uid: process.getuid(), gid: process.getgid() }),
  ],
  whatCannotBeStarted: async () => {
    const child = cp.spawn('/nonexistent/program', ['a']);
    const events = [];
    for (const name of ['spawn', 'exit', 'close', 'error']) child.on(name, (...args) => events.push([name, ...args]));
    const found = [child.pid, child.exitCode, child.stdin !== null, child.kill()];
    const [error] = await once(child, 'error');
    await once(child, 'close');
    const lost = await once(cp.spawn('cat', { cwd: '/nonexistent' }), 'error');
    const refused = await once(cp.spawn('/'), 'error');
    return [found, events, error.code, error.syscall, error.path, error.spawnargs, child.exitCode, lost, refused];
  },
  signals: async () => {
    const found = [];
    for (const signal of [undefined, 'SIGKILL', 2, 'SIGHUP']) {
      const child = cp.spawn('sleep', ['60']);
      await once(child, 'spawn');
      found.push([child.kill(0), child.killed, child.kill(signal), child.killed, await closed(child), child.signalCode, child.exitCode, child.kill()]);
    }
    const child = cp.spawn('sleep', ['60']);
    found.push(each([() => child.kill('SIGNOT'), () => child.kill('sigterm')]), await closed(child));
    {
      using killed = cp.spawn('sleep', ['60']);
      found.push(closed(killed));
    }
    found.push(await found.pop());
    return found;
  },
  timeouts: async () => [
    await closed(cp.spawn('sleep', ['60'], { timeout: 20 })),
    await closed(cp.spawn('sleep', ['60'], { timeout: 20, killSignal: 'SIGKILL' })),
    await told((callback) => cp.execFile('sleep', ['60'], { timeout: 20, killSignal: 'SIGINT' }, callback)),
  ],
  aborting: async () => {
    const found = [];
    for (const early of [true, false]) {
      const controller = new AbortController();
      if (early) controller.abort(new Error('because'));
      const child = cp.spawn('sleep', ['60'], { signal: controller.signal, killSignal: 'SIGHUP' });
      const error = once(child, 'error');
      if (!early) controller.abort();
      const [{ name, code, message, cause }] = await error;
      found.push([name, code, message, early ? cause.message : cause.name, await closed(child)]);
    }
    const controller = new AbortController();
    const run = told((callback) => cp.exec('sleep 60', { signal: controller.signal }, callback));
    controller.abort();
    return [...found, await run];
  },
  exec: async () => [
    await told((callback) => cp.exec('echo out; echo err >&2', callback)),
    await told((callback) => cp.exec('exit 3', callback)),
    await told((callback) => cp.exec('echo bad >&2; exit 4', {}, callback)),
    await told((callback) => cp.exec('kill -9 $$', { shell: '/bin/sh' }, callback)),
    await told((callback) => cp.exec('echo é', { encoding: 'latin1' }, callback)),
    await told((callback) => cp.exec('echo é', { encoding: 'buffer' }, callback)),
    await told((callback) => cp.exec('echo 1234567890', { maxBuffer: 5 }, callback)),
    await told((callback) => cp.exec('echo 1234567890 >&2', { maxBuffer: 5 }, callback)),
    await told((callback) => cp.exec('pwd', { cwd: '/', windowsHide: true }, callback)),
    await told((callback) => cp.execFile('echo', ['a', 'b'], callback)),
    await told((callback) => cp.execFile('echo', callback)),
    await told((callback) => cp.execFile('echo', { shell: true }, callback)),
    await told((callback) => cp.execFile('echo', ['x'], { encoding: 'hex', maxBuffer: 2000, windowsVerbatimArguments: true }, callback)),
    await told((callback) => cp.execFile('/nonexistent', callback)),
  ],
  promises: async () => {
    const promise = promisify(cp.exec)('echo out; echo err >&2');
    const found = [promise.child.pid > 0, await promise];
    await promisify(cp.execFile)('sh', ['-c', 'echo o; echo e >&2; exit 2']).catch(({ code, killed, signal, cmd, stdout, stderr }) => found.push([code, killed, signal, cmd, stdout, stderr]));
    return found;
  },
  synchronous: () => [
    facts(cp.spawnSync('sh', ['-c', 'echo o; echo e >&2; exit 2'])),
    facts(cp.spawnSync('sh', ['-c', 'kill -15 $$'])),
    facts(cp.spawnSync('/nonexistent', ['x'])),
    facts(cp.spawnSync('sleep', ['60'], { timeout: 20 })),
    facts(cp.spawnSync('sleep', ['60'], { timeout: 20, killSignal: 'SIGKILL' })),
    facts(cp.spawnSync('cat', { input: 'text', encoding: 'utf8' })),
    facts(cp.spawnSync('cat', { input: Buffer.alloc(300000, 'a'), encoding: 'latin1' })).slice(1, 3),
    facts(cp.spawnSync('true', { input: Buffer.alloc(300000, 'a') })),
    facts(cp.spawnSync('yes', { maxBuffer: 5 })).slice(0, 3),
    facts(cp.spawnSync('sh', ['-c', 'echo $0'], { stdio: ['ignore', 'pipe', 'ignore'], argv0: 'other' })),
    facts(cp.spawnSync('echo $0', { shell: true, cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] })),
    cp.execSync('echo out', { encoding: 'utf8' }), cp.execSync('cat', { input: 'in' }), cp.execFileSync('echo', ['a'], { encoding: 'utf8', shell: false }), cp.execFileSync('echo'),
    failed(() => cp.execSync('echo o; echo bad >&2; exit 4', { stdio: 'pipe', shell: '/bin/sh' })),
    failed(() => cp.execSync('sleep 60', { timeout: 20, killSignal: 'SIGKILL', stdio: 'ignore' })),
    failed(() => cp.execFileSync('sh', ['-c', 'exit 5'])), failed(() => cp.execFileSync('/nonexistent')),
    failed(() => cp.execFileSync('yes', { maxBuffer: 4, killSignal: 'SIGHUP' })).slice(0, 4),
  ],
  messages: async () => {
    const child = cp.fork(program(ECHO), ['argument'], { execArgv: [], silent: true, serialization: 'json', detached: false, windowsVerbatimArguments: false });
    const events = [];
    for (const name of ['spawn', 'exit', 'close', 'disconnect']) child.on(name, (...args) => events.push([name, ...args]));
    const found = [child.connected, child.channel !== null, child.stdio.length, child.stdin !== null];
    child.channel.unref();
    child.channel.ref();
    for (const value of [1, 'text', true, null, [1, { a: null }], { a: { b: 'é\n' } }]) {
      found.push([child.send(value), await message(child)]);
    }
    found.push(await new Promise((resolve) => child.send('sent', resolve)), await message(child));
    found.push(each([() => child.send(), () => child.send(closed), () => child.send('a', {}), () => child.send('a', undefined, 5)]));
    const end = closed(child);
    child.send('end');
    found.push(await end);
    found.push(child.connected, child.channel, child.send('late', (error) => found.push([error.code, error.message])));
    child.once('error', ({ code, message }) => found.push([code, message]));
    child.disconnect();
    child.unref();
    child.ref();
    await new Promise(setImmediate);
    return [found, events.filter(([name]) => name !== 'disconnect'), events.some(([name]) => name === 'disconnect')];
  },
  theParentHangsUp: async () => {
    const child = cp.fork(program("process.on('disconnect', () => { console.log('alone', process.connected, process.channel ?? null); });"), { silent: true, execPath: process.execPath });
    const out = text(child.stdout);
    await once(child, 'spawn');
    child.disconnect();
    return [child.connected, await out];
  },
  socketsAndServers: async () => {
    const child = cp.fork(program(ECHO));
    const found = [];
    const server = net.createServer({ pauseOnConnect: true });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address();
    for (const keepOpen of [false, true]) {
      const got = received(port);
      const [socket] = await once(server, 'connection');
      child.send('socket', socket, { keepOpen });
      found.push(await got, socket.destroyed);
      socket.destroy();
    }
    child.send('server', server);
    found.push(await message(child));
    server.close();
    found.push(await received(port));
    const udp = dgram.createSocket('udp4');
    await new Promise((resolve) => udp.bind(0, '127.0.0.1', resolve));
    child.send('udp', udp);
    found.push(await message(child));
    const { port: bound } = udp.address();
    udp.close();
    const peer = dgram.createSocket('udp4');
    peer.send('question', bound, '127.0.0.1');
    found.push((await once(peer, 'message'))[0].toString());
    peer.close();
    const end = closed(child);
    child.send('end');
    return [...found, await end];
  },
};
