// Node: child_process, options.detached, unref(), and what still holds the parent: a pipe, a channel.
const { fork, spawn } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

if (process.argv[2] === 'worker') {
  process.on('message', () => process.send('still here'));
} else {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'detached-'));
  // It runs on in the background: nothing of it is connected to the parent.
  const silent = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  silent.unref();
  // Its outputs are files.
  const out = fs.openSync(path.join(folder, 'out.log'), 'a');
  const err = fs.openSync(path.join(folder, 'out.log'), 'a');
  const logging = spawn('sh', ['-c', 'echo out; echo err >&2; exec sleep 60'], { detached: true, stdio: ['ignore', out, err] });
  logging.unref();
  // Neither is waited for; a pipe is, and so is a channel.
  const until = 'until { read one && read two; } <"$0"; do :; done'; // both have written
  const piped = spawn('sh', ['-c', `${until}; cat; exit 3`, path.join(folder, 'out.log')], { detached: true });
  piped.unref();
  piped.stdout.on('data', (data) => console.log(`${data}`));
  const worker = fork(__filename, ['worker'], { detached: true });
  worker.unref();
  worker.send('are you there?');
  worker.on('message', (m) => { console.log(m); piped.stdin.end('through the pipe'); });
  piped.stdout.on('end', () => { console.log('the pipe is closed', worker.connected); worker.disconnect(); });
  for (const [name, child] of Object.entries({ silent, logging })) child.on('exit', () => console.log('never', name));
  process.on('exit', () => {
    for (const child of [silent, logging]) {
      console.log(child.exitCode, child.signalCode, process.kill(child.pid, 0));
      process.kill(-child.pid, 'SIGKILL'); // the group that it leads
    }
    console.log(fs.readFileSync(path.join(folder, 'out.log'), 'utf8').split('\n').join());
    fs.rmSync(folder, { recursive: true });
  });
}
