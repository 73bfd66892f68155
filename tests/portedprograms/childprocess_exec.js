// Node: child_process, the examples of exec(), execFile(), their promises, their synchronous forms, and time limits.
const { exec, execFile, execSync, execFileSync, spawnSync } = require('child_process');
const util = require('util');

const main = async () => {
  await new Promise((next) => exec('echo "The \\$HOME variable is $THERE" && cat missing_file | wc -l', { env: { ...process.env, THERE: '/there' } }, (error, stdout, stderr) => {
    if (error) return console.error(`exec error: ${error}`);
    console.log(`stdout: ${stdout.trim()}`);
    console.log(`stderr: ${stderr.includes('missing_file')}`);
    next();
  }));
  await new Promise((next) => exec('exit 3', (error, stdout) => {
    console.log(error.message.trim(), error.code, error.signal === null, error.killed, error.cmd, JSON.stringify(stdout));
    next();
  }));
  const { stdout } = await util.promisify(exec)('printf "a b"');
  console.log('stdout:', stdout);
  try {
    await util.promisify(execFile)('sh', ['-c', 'echo wrong >&2; exit 2']);
  } catch (error) {
    console.log(error.code, error.stderr.trim());
  }
  const controller = new AbortController();
  await new Promise((next) => {
    exec('grep ssh', { signal: controller.signal }, (error) => { console.log(error.name, error.code); next(); }); // an AbortError
    controller.abort();
  });
  await new Promise((next) => execFile('sh', ['-c', 'printf abcdef'], { maxBuffer: 3 }, (error, out) => {
    console.log(error.code, error.message, out);
    next();
  }));
  await new Promise((next) => exec('cat', { timeout: 30, killSignal: 'SIGKILL' }, (error) => {
    console.log(error.killed, error.signal, error.code === null);
    next();
  }));
  console.log(execSync('cat', { input: 'from the parent' }).toString(), execFileSync('printf', ['%s', 'x y'], { encoding: 'utf8' }));
  try {
    execFileSync('sh', ['-c', 'echo told; exit 4'], { stdio: 'pipe', encoding: 'utf8' });
  } catch (err) {
    console.log(err.code ?? 'no code', err.status, err.stdout.trim(), err.stderr);
  }
  try {
    execFileSync('missing_program');
  } catch (err) {
    console.log(err.code, err.syscall, err.path);
  }
  const done = spawnSync('sh', ['-c', 'cat; exit 5'], { input: 'in', encoding: 'utf8' });
  console.log(done.status, done.signal === null, done.stdout, done.output[1] === done.stdout, done.error === undefined);
};
main();
