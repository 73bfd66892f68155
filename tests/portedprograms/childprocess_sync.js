// Node: child_process, the synchronous forms: what is thrown, what the record has, input, limits, stdio.
const { execFileSync, execSync, spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'sync-')));
process.chdir(folder);
const shown = (value) => (Buffer.isBuffer(value) ? `bytes ${JSON.stringify(value.toString())}` : JSON.stringify(value ?? null));
const record = (found) => {
  console.log(found.pid > 0, found.status, found.signal, found.output === null ? null : found.output.map(shown).join(), shown(found.stdout), shown(found.stderr));
  if (found.error) console.log(found.error.code, found.error.message, found.error.syscall, found.error.path, JSON.stringify(found.error.spawnargs));
};
const thrown = (run) => {
  try {
    console.log(shown(run()));
  } catch (err) {
    if (err.name === 'TypeError') {
      console.log(err.code, err.message);
    } else if (err.code) {
      console.error(err.code); // spawning child process failed
      console.log('not run', err.code, err.syscall, err.status, err.pid > 0, err.stdout ?? null);
    } else {
      const { stdout, stderr } = err; // it was spawned but exited with a non-zero exit code
      console.log('failed', err.message, err.status, err.signal, shown(stdout), shown(stderr), err.output.length);
    }
  }
};

// The example of execFileSync().
fs.writeFileSync('my-script.sh', '#!/bin/sh\necho "got $1"\necho "warned" >&2\nexit ${2:-0}\n', { mode: 0o755 });
thrown(() => execFileSync('./my-script.sh', ['my-arg'], { stdio: 'pipe', encoding: 'utf8' }));
thrown(() => execFileSync('./my-script.sh', ['my-arg', '3'], { stdio: 'pipe', encoding: 'utf8' }));
thrown(() => execFileSync('./my-missing.sh', ['my-arg'], { stdio: 'pipe', encoding: 'utf8' }));
thrown(() => execFileSync('./my-script.sh', ['a', '1'], { stdio: ['ignore', 'pipe', 'ignore'] }));
thrown(() => execSync('./my-script.sh one 4 2>&1', { encoding: 'utf8' }));
thrown(() => execSync('kill -9 $$', { stdio: 'pipe' }));
thrown(() => execSync('echo $0 | sed s,.*/,,', { shell: '/bin/bash', encoding: 'utf8' }));
thrown(() => execSync('pwd', { cwd: '/', env: { PATH: process.env.PATH }, encoding: 'utf8' }));
thrown(() => execSync('printf é', { encoding: 'buffer' }));

// Records.
record(spawnSync('sh', ['-c', 'echo o; echo e >&2; exit 2']));
record(spawnSync('ls', { cwd: '/missing' }));
record(spawnSync('missing', ['a', 'b']));
record(spawnSync('sh', ['-c', 'kill -USR2 $$'], { encoding: 'utf8' }));
record(spawnSync('echo "$0" | sed s,.*/,,', { shell: true, encoding: 'utf8' }));
record(spawnSync('sh', ['-c', 'echo $0 $A$B', 'zero'], { env: { A: 'a', B: undefined, PATH: process.env.PATH }, encoding: 'utf8', argv0: 'unused' }));
record(spawnSync('sh', ['-c', 'echo 1; echo 2 >&2; echo 3 >&3'], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'], encoding: 'utf8' }));
record(spawnSync('true', { stdio: 'ignore' }));
record(spawnSync('echo', ['to the same place'], { stdio: 'inherit' }));
record(spawnSync('cat', { stdio: [fs.openSync('my-script.sh', 'r'), fs.openSync('copy.sh', 'w'), 'pipe'] }));
console.log(fs.readFileSync('copy.sh', 'utf8') === fs.readFileSync('my-script.sh', 'utf8'));

// Input.
for (const input of ['text é', Buffer.from('a buffer'), new Uint8Array([104, 105]), new DataView(new Uint8Array([106]).buffer), '']) record(spawnSync('cat', { input, encoding: 'utf8' }));
record(spawnSync('cat', { input: 'not over stdio', stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' }));
record(spawnSync('cat', { encoding: 'hex', input: '6869' })); // the encoding is that of the input, too
record(spawnSync('sh', ['-c', 'cat >&2'], { encoding: 'base64', input: 'aGk=' }));
thrown(() => spawnSync('true', { encoding: 'no such' }).status);
thrown(() => spawnSync('echo', { encoding: 'no such' }).status);
thrown(() => spawnSync('cat', { encoding: 'buffer', input: 'x' }).status);
thrown(() => spawnSync('cat', { input: 0 }).status);
thrown(() => spawnSync('cat', { input: 5, stdio: 'ignore' }).status);
console.log(execSync('tr a-z A-Z', { input: 'a line' }).toString(), spawnSync('wc', ['-c'], { input: Buffer.alloc(400_000), encoding: 'utf8' }).stdout.trim());

// Limits. One that catches the signal, or for which it does nothing, is waited for.
record(spawnSync('sleep', ['60'], { timeout: 10 }));
record(spawnSync('sleep', ['60'], { timeout: 10, killSignal: 'SIGKILL' }));
record(spawnSync('sleep', ['0.3'], { timeout: 10, killSignal: 'SIGWINCH' }));
record(spawnSync('sh', ['-c', 'echo 中文测试'], { maxBuffer: 13, encoding: 'utf8' }));
record(spawnSync('sh', ['-c', 'echo 中文测试; exec sleep 60'], { maxBuffer: 6, encoding: 'utf8', stdio: ['inherit', 'pipe', 'pipe'] }));
thrown(() => execSync('exec sleep 60', { timeout: 10 }));
thrown(() => execFileSync('sh', ['-c', 'echo 123456; exec sleep 60'], { maxBuffer: 3, encoding: 'utf8' }));
fs.rmSync(folder, { recursive: true });
