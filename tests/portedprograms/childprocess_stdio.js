// Node: child_process, options.stdio in each of its forms, detached, argv0, env, PATH, cwd, and the shell.
const assert = require('assert');
const { spawn } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { pathToFileURL } = require('url');

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'stdio-')));
const file = (name) => path.join(folder, name);
const script = (name, line) => fs.writeFileSync(file(name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
const wrong = (run) => {
  try { run(); } catch (err) { console.log(err.name, err.code, err.message.split('\n')[0].replace(folder, '')); }
};
/** Print what a child prints, then go on. */
const show = (child, next) => {
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (data) => { text += data; });
  child.on('close', (code) => { console.log(JSON.stringify(text.replace(folder, '')), code); next(); });
};
const steps = [
  (next) => { // the example of subprocess.stdio
    const subprocess = spawn('sh', ['-c', 'echo listed; echo failed >&2'], { stdio: [0, 'pipe', fs.openSync(file('err.out'), 'w')] });
    assert.strictEqual(subprocess.stdio[0], null);
    assert.strictEqual(subprocess.stdio[0], subprocess.stdin);
    assert(subprocess.stdout);
    assert.strictEqual(subprocess.stdio[1], subprocess.stdout);
    assert.strictEqual(subprocess.stdio[2], null);
    assert.strictEqual(subprocess.stdio[2], subprocess.stderr);
    show(subprocess, () => { console.log(fs.readFileSync(file('err.out'), 'utf8').trim()); next(); });
  },
  (next) => spawn('echo', ['by the child'], { stdio: 'inherit' }).on('close', next), // the child uses the parent's
  (next) => show(spawn('sh', ['-c', 'cat; cat >&2 </dev/null'], { stdio: ['ignore', 'pipe', process.stderr] }), next),
  (next) => { // with an extra descriptor, as programs of the startd kind have it
    const child = spawn('sh', ['-c', 'cat <&4 >&4; test -e /dev/fd/3; echo $?'], { stdio: ['pipe', null, undefined, null, 'pipe'] });
    console.log(child.stdio.map((each) => each !== null).join());
    child.stdio[4].on('data', (data) => console.log(`from 4: ${data}`)).end('both ways');
    show(child, next);
  },
  (next) => { // what is ignored is the null device; beyond 2 nothing
    const child = spawn('sh', ['-c', 'readlink /proc/self/fd/0 /proc/self/fd/2; test -e /dev/fd/3; echo $?'], { stdio: ['ignore', 'pipe', 'ignore', 'ignore'] });
    show(child, next);
  },
  (next) => { // a stream must have its descriptor: a file has none before 'open'
    const output = fs.createWriteStream(file('stream.log'));
    wrong(() => spawn('ls', { stdio: ['ignore', output, output] }));
    output.on('open', () => {
      const child = spawn('sh', ['-c', 'echo one; echo two >&2'], { stdio: ['ignore', output, output] });
      console.log(child.stdout, child.stderr);
      child.on('close', () => output.end('three\n', () => { console.log(JSON.stringify(fs.readFileSync(file('stream.log'), 'utf8'))); next(); }));
    });
  },
  (next) => { // a stream of another child
    const last = spawn('tr', ['a-z', 'A-Z']);
    const first = spawn('sh', ['-c', 'echo through'], { stdio: ['ignore', last.stdin, 'ignore'] });
    first.on('close', () => last.stdin.end());
    show(last, next);
  },
  (next) => { // input from a file; 'overlapped' is 'pipe'
    fs.writeFileSync(file('in.txt'), 'b\na\n');
    const fd = fs.openSync(file('in.txt'), 'r');
    const child = spawn('sort', { stdio: [fd, 'overlapped', 'overlapped'] });
    fs.closeSync(fd);
    console.log(child.stdin, child.stderr !== null);
    show(child, next);
  },
  (next) => { // what there is not
    for (const stdio of ['pipes', ['pipe', 'no'], [{}], 7, ['ipc', 'ipc'], [-1, 'pipe', Symbol.iterator.description]]) {
      wrong(() => spawn('ls', { stdio }));
    }
    next();
  },
  (next) => { // detached: a session of its own; unrefed, with nothing of ours, it may outlive us
    const out = fs.openSync(file('out.log'), 'a');
    const err = fs.openSync(file('out.log'), 'a');
    script('prg', 'echo $$; ps -o pgid= -o sid= -p $$; echo error >&2');
    const subprocess = spawn(file('prg'), [], { detached: true, stdio: ['ignore', out, err] });
    subprocess.unref();
    subprocess.ref();
    subprocess.on('exit', (code) => {
      const [pid, group, session, last] = fs.readFileSync(file('out.log'), 'utf8').split(/\s+/).filter((word) => word);
      console.log(code, pid === `${subprocess.pid}`, group === pid, session === pid, last);
      next();
    });
  },
  (next) => { // killed with its whole group
    const subprocess = spawn('sh', ['-c', 'sleep 60 & sleep 60 & echo ready; wait'], { detached: true });
    subprocess.stdout.once('data', () => process.kill(-subprocess.pid, 'SIGHUP'));
    subprocess.on('close', (code, signal) => { console.log(code, signal, subprocess.killed); next(); });
  },
  (next) => show(spawn('sh', ['-c', 'echo $0 $1', 'zero', 'one'], { argv0: 'unused' }), next),
  (next) => { // it is looked up in the PATH of the child
    script('findme', 'echo found $WHO');
    spawn('findme').on('error', (err) => {
      console.log(err.code);
      show(spawn('findme', { env: { PATH: `${folder}:${process.env.PATH}`, WHO: 'me', NONE: undefined } }), next);
    });
  },
  (next) => show(spawn('sh', ['-c', 'echo ${A-unset} ${B-unset} ${C-unset}'], { env: { A: 1, B: undefined, C: null } }), next), // without PATH: /usr/bin and /bin
  (next) => show(spawn('pwd', { cwd: pathToFileURL(folder), env: { PATH: process.env.PATH } }), next),
  (next) => { fs.writeFileSync(file('not'), 'x'); spawn(file('not')).on('error', (err) => { console.log(err.code, err.syscall.replace(folder, '')); next(); }); },
  (next) => { // another user: only root may
    const isRoot = process.getuid() === 0;
    const as = () => show(spawn('id', ['-u'], { uid: 1, gid: 1, cwd: '/' }), next);
    if (isRoot) return as();
    wrong(as);
    next();
  },
  (next) => { // a shell gets -c and the line
    process.on('warning', (warning) => console.log(warning.name, warning.code, warning.message));
    script('shell', 'echo "$0: $# $1 $2"');
    show(spawn('some line', ['with', '"words"'], { shell: file('shell') }), next);
  },
  (next) => show(spawn('echo', ['again', '|', 'cat'], { shell: true }), next), // said once
  (next) => show(spawn('echo $0 | sed s,.*/,,; exit 3', { shell: true }), next),
  (next) => show(spawn('missing_command 2>&1 | grep -c missing_command', { shell: true }), next), // the shell says so, not 'error'
  (next) => { // a time limit, and its signal
    const child = spawn('cat', { timeout: 20, killSignal: 'SIGQUIT' });
    child.on('close', (code, signal) => { console.log(code, signal, child.killed); next(); });
  },
  (next) => { // aborted for a reason
    const controller = new AbortController();
    const child = spawn('cat', { signal: controller.signal, killSignal: 'SIGKILL' });
    child.on('error', (err) => console.log(err.name, err.code, err.message, err.cause.message));
    child.on('close', (code, signal) => { console.log(code, signal, child.killed); controller.abort(); next(); }); // again: nothing
    controller.abort(new Error('no longer needed'));
    console.log(child.killed);
  },
  (next) => { // aborted before it began, and after it ended
    const child = spawn('cat', { signal: AbortSignal.abort() });
    child.on('error', (err) => console.log(err.name, err.cause.name, child.pid > 0));
    child.on('close', (code, signal) => {
      const controller = new AbortController();
      const other = spawn('true', { signal: controller.signal, timeout: 60_000 });
      other.on('error', (err) => console.log('never', err.name));
      other.on('close', (status) => { controller.abort(); console.log(signal, status); next(); });
    });
  },
];
process.chdir(folder);
const go = () => (steps.length ? steps.shift()(go) : fs.rmSync(folder, { recursive: true }));
go();
