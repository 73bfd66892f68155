// Node: child_process, exec() and execFile(): errors, maxBuffer and Unicode, encodings, promises, limits.
const child_process = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const util = require('util');

const { exec, execFile } = child_process;
const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'exec-')));
const told = (start) => new Promise((next) => {
  start((error, stdout, stderr) => {
    if (error) console.log(error.name, error.message.trim(), error.code, error.signal, error.killed, error.cmd);
    console.log(util.types.isUint8Array(stdout) ? `bytes ${stdout.length}` : JSON.stringify(stdout), util.types.isUint8Array(stderr) ? `bytes ${stderr.length}` : JSON.stringify(stderr));
    next();
  });
});

const main = async () => {
  fs.mkdirSync(path.join(folder, 'test file'));
  fs.writeFileSync(path.join(folder, 'test file/test.sh'), '#!/bin/sh\necho "$# $1 $2"\n', { mode: 0o755 });
  // Double quotes are used so that the space in the path is not interpreted as a delimiter of multiple arguments.
  await told((callback) => exec('"./test file/test.sh" arg1 arg2', callback));
  await told((callback) => exec('./test file/test.sh arg1 2>/dev/null', callback));
  await told((callback) => exec('echo "The \\$HOME variable is $HOME"', { env: { HOME: '/there' } }, callback));
  await told((callback) => exec('cat *.js missing_file 2>&1 | wc -l', callback));
  await told((callback) => execFile('./test file/test.sh', ['*', '$HOME'], callback)); // no shell: nothing is expanded

  // What an error has.
  await told((callback) => exec('echo out; echo err >&2; exit 5', callback));
  await told((callback) => exec('kill -USR1 $$', callback)); // by another than us: `killed` is false
  await told((callback) => { const child = exec('cat', callback); child.kill('SIGHUP'); }); // and by us
  await told((callback) => execFile('missing_program', ['a', 'b'], (error, ...rest) => { console.log(error.path, error.syscall, JSON.stringify(error.spawnargs)); callback(error, ...rest); }));
  await told((callback) => execFile('pwd', { cwd: '/missing' }, callback));
  await told((callback) => execFile('sh', ['-c', 'exit 9'], { shell: false }, callback));
  await told((callback) => execFile('exit', ['6'], { shell: true }, callback));

  // maxBuffer and Unicode: 4 characters are 12 bytes, and the end of the line.
  await told((callback) => exec('echo 中文测试', { maxBuffer: 13 }, callback));
  await told((callback) => exec('echo 中文测试', { maxBuffer: 12 }, callback));
  await told((callback) => exec('printf 中文测试', { maxBuffer: 7, encoding: 'buffer' }, callback));
  await told((callback) => exec('printf abcd >&2', { maxBuffer: 3 }, callback));
  await told((callback) => exec('printf abcd', { maxBuffer: Infinity }, callback));
  await told((callback) => exec('printf ""', { maxBuffer: 0 }, callback));
  await told((callback) => exec('head -c 1048577 /dev/zero', (error, stdout, stderr) => callback(error, stdout.length, stderr))); // 1024 * 1024 unless told otherwise

  // Encodings; one that is not known gives bytes.
  await told((callback) => exec('printf é', { encoding: 'latin1' }, callback));
  await told((callback) => exec('printf é', { encoding: 'base64' }, callback));
  await told((callback) => exec('printf é', { encoding: 'no such' }, callback));
  await told((callback) => exec('printf é', { encoding: null }, callback));
  await told((callback) => exec('printf é; sleep 0; printf €', { encoding: 'utf-8' }, callback));

  // A time limit, with a signal that does not end it: the outputs are let go, the process is waited for.
  await told((callback) => execFile('sleep', ['0.3'], { timeout: 10, killSignal: 'SIGWINCH' }, callback).on('exit', (code) => console.log('by itself', code)));
  await told((callback) => execFile('sleep', ['60'], { timeout: 10 }, callback));

  // Promises, with their child.
  const promised = util.promisify(child_process.exec);
  const promise = promised('cat');
  promise.child.stdin.end('asked');
  console.log(promise instanceof Promise, promise.child.spawnargs.length, await promise);
  for (const run of [() => promised('echo o; echo e >&2; exit 2'), () => promised('printf abc', { maxBuffer: 2 }), () => util.promisify(execFile)('missing_program'), () => promised('cat', { signal: AbortSignal.abort() })]) {
    try {
      await run();
    } catch (error) {
      console.log(error.name, error.code, JSON.stringify([error.stdout, error.stderr, error.cmd]));
    }
  }
  const { stdout } = await util.promisify(execFile)('sh', ['-c', 'echo $0'], { encoding: 'hex' });
  console.log('stdout:', stdout);
  const version = await util.promisify(execFile)(process.execPath, ['--version']);
  console.log(/^\S+ ?\d*\.\d+\.\d+/.test(version.stdout), version.stdout.endsWith('\n'), Object.keys(version).join());

  // Aborted, with a reason and without; aborted when all is over.
  for (const reason of [undefined, new Error('changed my mind')]) {
    const controller = new AbortController();
    await new Promise((next) => {
      const child = execFile('cat', { signal: controller.signal }, (error) => { console.log(error.name, error.code, error.message, error.cause.name, error.cmd, child.killed); child.on('close', (code, signal) => { console.log(code, signal); next(); }); });
      controller.abort(reason);
    });
  }
  const controller = new AbortController();
  await told((callback) => exec('echo done', { signal: controller.signal }, callback));
  controller.abort();

  // The process: what was started, and the streams.
  const child = exec('exit 3', { env: { ...process.env, A: 'a' } });
  console.log(child.spawnfile, JSON.stringify(child.spawnargs), child.stdio.length, child.connected, child.channel ?? null);
  const events = [];
  for (const name of ['spawn', 'exit', 'close']) child.on(name, (...args) => events.push([name, ...args]));
  await new Promise((next) => child.on('close', next));
  console.log(JSON.stringify(events));
  fs.rmSync(folder, { recursive: true });
};
process.chdir(folder);
main();
