// Node: child_process, the events of a ChildProcess and their order, what its properties say at each, kill(), ref().
const { spawn } = require('child_process');
const util = require('util');

const NAMES = ['spawn', 'error', 'exit', 'close'];
/** Follow a child; `next` is called after its 'close'. */
const follow = (child, next) => {
  const seen = [];
  for (const name of NAMES) child.on(name, (...args) => seen.push([name, ...(name === 'error' ? [args[0].code, args[0].message] : args), child.exitCode, child.signalCode]));
  child.on('close', () => { console.log(JSON.stringify(seen)); next(); });
  return seen;
};
const steps = [
  (next) => { // 'spawn' comes before all others and before any data
    const child = spawn('sh', ['-c', 'echo one; exit 3']);
    const seen = follow(child, next);
    console.log(child.pid > 0, child.exitCode, child.signalCode, child.killed, child.connected);
    child.stdout.once('data', () => console.log('data after', seen[0][0]));
  },
  (next) => follow(spawn('bash', ['-c', 'some-command-that-is-missing 2>/dev/null']), next), // spawns; that bash does not find it is its own affair
  (next) => { // one that cannot be started has no pid
    const child = spawn('bad_command', ['a']);
    follow(child, next);
    console.log(child.pid ?? null, child.exitCode, child.stdin === child.stdio[0], child.stdio.length, child.kill(), child.killed);
    child.on('error', (err) => console.log(Math.abs(err.errno), err.code, err.syscall, err.path, JSON.stringify(err.spawnargs), err.name));
  },
  (next) => follow(spawn('ls', { cwd: '/no/such/folder' }), next),
  (next) => { // without pipes
    const child = spawn('sh', ['-c', 'exit 1'], { stdio: 'ignore' });
    follow(child, next);
    console.log(child.stdin, child.stdout, child.stderr, JSON.stringify(child.stdio));
  },
  (next) => { // processes may share the pipes: 'close' waits for the last, 'exit' does not
    const child = spawn('sh', ['-c', 'cat <&3 & exit 4'], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
    const seen = follow(child, next);
    child.stdout.on('data', (data) => console.log(`after ${seen.at(-1)[0]}: ${data}`));
    child.on('exit', () => child.stdio[3].end('from the other process'));
  },
  (next) => { // a signal may be caught: `killed` says that it was sent, no more
    const child = spawn('sh', ['-c', 'trap "echo caught; exit 7" TERM; echo ready; read line']);
    follow(child, next);
    child.stdout.once('data', () => {
      console.log(child.kill(0), child.killed, child.kill(), child.killed, child.exitCode, child.signalCode);
      child.stdout.once('data', (data) => { console.log(`${data}`.trim(), child.exitCode === null); child.stdin.end(); });
    });
  },
  (next) => { // a child of the child lives on
    const child = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
    follow(child, next);
    child.stdout.once('data', (data) => { child.kill('SIGKILL'); child.on('exit', () => { console.log(process.kill(Number(data), 0)); process.kill(Number(data)); }); });
  },
  (next) => { // numbers, and what is no signal
    const child = spawn('cat');
    follow(child, next);
    for (const wrong of ['SIGWRONG', 1000, {}]) {
      try { child.kill(wrong); } catch (err) { console.log(err.name, err.code); }
    }
    console.log(child.killed, child.kill(1), util.convertProcessSignalToExitCode('SIGHUP'));
    child.on('exit', () => console.log(child.kill(), child.kill(0), child.killed));
  },
  (next) => { // what is written to a child that does not read
    const child = spawn('true');
    follow(child, next);
    child.stdin.on('error', (err) => console.log(['EPIPE', 'ECONNRESET'].includes(err.code)));
    child.on('exit', () => console.log(child.stdin.destroyed, child.stdin.writable));
  },
  (next) => { // the channel needs no Node at the other end
    const child = spawn('sh', ['-c', 'echo "{\\"a\\":[1]}" >&3; read line <&3; echo "$line"; read line <&3; echo $?'], { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
    child.stdout.on('data', (data) => console.log(`${data}`.trim()));
    child.on('message', (m, handle) => {
      console.log(JSON.stringify(m), handle ?? null, child.connected);
      child.send({ foo: 'bar', baz: NaN }, (error) => console.log('sent', error));
      child.stdout.once('data', () => { child.disconnect(); console.log(child.connected, child.channel); });
    });
    child.on('disconnect', () => console.log('disconnect', child.connected));
    child.stdout.on('end', () => console.log('end of the output'));
    child.stdout.on('close', next); // after disconnect() Node emits no 'close' of the child
  },
  (next) => { // unrefed, it does not hold the program; refed, it does again
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    child.unref();
    child.ref();
    follow(child, next);
    child.stdin.end();
  },
];
const go = () => (steps.length ? steps.shift()(go) : console.log('end'));
go();
