// Node: child_process, the options of fork(), and how a child ends.
const { fork } = require('child_process');
const path = require('path');
const { pathToFileURL } = require('url');

if (process.argv[2] === 'child') {
  setTimeout(() => console.log(`Hello from ${process.argv[2]}!`), 60_000);
} else if (process.argv[2] === 'ready') {
  process.on('disconnect', () => {});
  setImmediate(() => process.send('ready'));
} else if (process.argv[2] === 'options') {
  process.stdin.setEncoding('utf8').on('data', (data) => {
    console.log(process.argv.slice(2).join(), process.cwd(), process.env.COLOUR, process.env.HOME ?? null, path.basename(process.argv[1], path.extname(__filename)), process.connected);
    console.error(data);
    process.exitCode = 5;
  });
} else if (process.argv[2] === 'last') {
  process.on('message', () => { process.send('last words', () => process.exit(6)); });
} else {
  const steps = [
    (next) => { // the example of `signal`
      const controller = new AbortController();
      const child = fork(__filename, ['child'], { signal: controller.signal });
      child.on('error', (err) => console.log(err.name, err.code));
      child.on('disconnect', () => console.log('disconnect'));
      child.on('close', (code, signal) => { console.log(code, signal, child.killed, child.connected); next(); });
      controller.abort(); // Stops the child process
    },
    (next) => fork(__filename, ['child'], { timeout: 10, killSignal: 'SIGKILL' }).on('close', (code, signal) => { console.log(code, signal); next(); }),
    (next) => { // by its URL, with pipes, in another folder and environment; `shell` is ignored
      const child = fork(pathToFileURL(__filename), ['options', 'a b', '$COLOUR'], { silent: true, cwd: '/', env: { PATH: process.env.PATH, PYTHONPATH: process.env.PYTHONPATH, COLOUR: 'blue', NONE: undefined }, shell: true });
      console.log(child.stdio.length, child.stdio[3], child.spawnargs.includes('$COLOUR'), child.spawnargs[0] === process.execPath);
      const texts = ['', ''];
      child.stdout.on('data', (data) => { texts[0] += data; });
      child.stderr.on('data', (data) => { texts[1] += data; });
      child.on('close', (code) => { console.log(JSON.stringify(texts), code); next(); });
      child.stdin.end('through its input');
    },
    (next) => { // `stdio` overrides `silent`; the channel may be anywhere
      const child = fork(__filename, ['last'], { silent: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'ipc'] });
      console.log(child.stdin, child.stdout, child.stdio.map((each) => each !== null).join());
      child.on('message', (m) => console.log(m));
      child.on('close', (code) => { console.log(code); next(); });
      child.stdio[3].resume();
      child.send('go');
    },
    (next) => { // signals end it, as they end any process
      let left = 3;
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
        const child = fork(__filename, ['ready'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
        child.on('message', () => child.kill(signal));
        child.on('close', (code, name) => { console.log(code, name === signal, child.exitCode, child.signalCode === signal, child.connected); if (!--left) next(); });
      }
    },
    (next) => { // a program that is not there is the interpreter's affair
      const child = fork(path.join(__dirname, 'no_such_program'), { stdio: 'ignore' });
      child.on('error', () => console.log('never'));
      child.on('close', (code, signal) => { console.log(code > 0, signal); next(); });
    },
    (next) => { // an interpreter that is not there is ours
      const child = fork(__filename, { execPath: '/no/such/node' });
      console.log(child.pid ?? null, child.spawnfile);
      child.on('error', (err) => { console.log(err.code, err.path); next(); });
    },
    (next) => { // another interpreter, with its own arguments in front, and the channel by NODE_CHANNEL_FD
      const child = fork('program', ['x'], { execPath: '/bin/sh', execArgv: ['-c', 'echo "{\\"fd\\":$NODE_CHANNEL_FD,\\"mode\\":\\"$NODE_CHANNEL_SERIALIZATION_MODE\\",\\"argv\\":\\"$0 $1\\"}" >&$NODE_CHANNEL_FD'], silent: true });
      console.log(child.spawnfile);
      child.on('message', (m) => console.log(JSON.stringify(m)));
      child.on('close', (code) => { console.log(code); next(); });
    },
    (next) => {
      for (const options of [{ stdio: [0, 1, 2] }, { stdio: ['ipc', 'ipc'] }, { stdio: 'no' }, { execPath: 5 }, { serialization: 'own' }, { timeout: -1 }, { killSignal: 'NONE' }, { signal: {} }, { detached: 'yes' }, { cwd: 5 }]) {
        try { fork(__filename, ['child'], options); } catch (err) { console.log(err.name, err.code, err.message.replace(", 'advanced'", '').split('. The form')[0].split('. Received \'own')[0]); }
      }
      for (const args of [['a\0b'], [5], [new URL('http://a/b')], [__filename, 'child']]) {
        try { fork(...args); } catch (err) { console.log(err.name, err.code); }
      }
      next();
    },
  ];
  const go = () => steps.length && steps.shift()(go);
  go();
}
