// Node: child_process, the examples of spawn(): listing, a pipe between two, a command that is not there, files, argv0.
const { spawn } = require('child_process');
const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'spawn-'));
fs.writeFileSync(path.join(folder, 'a.txt'), 'ssh one\nother\nssh two\n');
const steps = [
  (next) => {
    const ls = spawn('ls', ['-1', folder]);
    ls.stdout.on('data', (data) => console.log(`stdout: ${data}`.trim()));
    ls.stderr.on('data', (data) => console.error(`stderr: ${data}`));
    let exitCode; // 'exit' may come before the last of the output
    ls.on('close', (code) => { console.log(`child process close all stdio with code ${code}, after ${exitCode}`); next(); });
    ls.on('exit', (code) => { exitCode = code; });
  },
  (next) => {
    const cat = spawn('cat', [path.join(folder, 'a.txt')]);
    const grep = spawn('grep', ['ssh']);
    cat.stdout.on('data', (data) => grep.stdin.write(data));
    cat.on('close', (code) => { console.log('cat', code); grep.stdin.end(); });
    grep.stdout.on('data', (data) => console.log(data.toString().trim()));
    grep.on('close', (code) => { console.log('grep', code); next(); });
  },
  (next) => {
    const subprocess = spawn('bad_command');
    console.log(subprocess.pid);
    subprocess.on('error', (err) => { console.error('Failed to start subprocess.'); console.log(err.code, err.syscall, err.path, err.spawnargs); next(); });
  },
  (next) => {
    const out = fs.openSync(path.join(folder, 'out.log'), 'a');
    const err = fs.openSync(path.join(folder, 'out.log'), 'a');
    const subprocess = spawn('sh', ['-c', 'echo out; echo err >&2'], { detached: true, stdio: ['ignore', out, err] });
    console.log(`${subprocess.stdin === null} ${subprocess.stdout === null} ${subprocess.stdio.length}`.replaceAll('true', 'True'));
    subprocess.on('close', () => { console.log(fs.readFileSync(path.join(folder, 'out.log'), 'utf8').split('\n').sort()); next(); });
  },
  (next) => {
    const subprocess = spawn('ls', { stdio: [0, 1, 2] });
    assert.strictEqual(subprocess.stdin, null);
    const other = spawn('ls', [folder], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
    console.log(other.stdio[0] === null, other.stdio[1] === other.stdout, other.stdio[2] === null, other.stdio.length, other.spawnfile, other.spawnargs.length);
    other.stdout.resume();
    other.stdio[3].resume();
    other.on('close', next);
  },
  (next) => {
    const subprocess = spawn('sh', ['-c', 'echo $0'], { argv0: 'another' });
    subprocess.stdout.on('data', (data) => console.log(`${data}`.trim()));
    subprocess.on('close', next);
  },
  (next) => {
    const grep = spawn('grep', ['ssh']);
    grep.on('close', (code, signal) => { console.log(`child process terminated due to receipt of signal ${signal}`, code === null, grep.killed, grep.signalCode); next(); });
    console.log(grep.kill('SIGHUP'), grep.killed);
  },
  (next) => {
    const controller = new AbortController();
    const grep = spawn('grep', ['ssh'], { signal: controller.signal });
    grep.on('error', (err) => console.log(err.name, err.code));
    grep.on('close', (code, signal) => { console.log(code === null, signal); next(); });
    controller.abort();
  },
];
process.chdir(fs.mkdtempSync(path.join(os.tmpdir(), 'empty-')));
const go = () => (steps.length ? steps.shift()(go) : fs.rmSync(folder, { recursive: true }));
go();
