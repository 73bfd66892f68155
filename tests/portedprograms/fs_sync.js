const fs = require('node:fs'), path = require('node:path'), os = require('node:os');
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'sync-'));
const f = path.join(dir, 'f');
fs.writeFileSync(f, Buffer.from('abc')); fs.appendFileSync(f, 'def', { mode: 0o600 });
console.log(fs.existsSync(f), fs.readFileSync(f).toString(), fs.statSync(f).size, fs.statSync(path.join(dir, 'no'), { throwIfNoEntry: false }));
const fd = fs.openSync(f, 'r+'); const b = Buffer.alloc(3);
console.log(fs.readSync(fd, b, 0, 3, 1), b.toString(), fs.writeSync(fd, 'XY', 2), fs.fstatSync(fd).isFile()); fs.ftruncateSync(fd, 5); fs.closeSync(fd);
console.log(fs.readFileSync(f, 'latin1'), fs.readdirSync(dir).join(), fs.lstatSync(dir).isDirectory());
fs.mkdirSync(path.join(dir, 'a/b/c'), { recursive: true }); fs.copyFileSync(f, path.join(dir, 'a/b/g')); fs.renameSync(f, f + '2');
console.log(fs.readdirSync(dir, { recursive: true }).sort().join(), path.basename(fs.realpathSync(f + '2')));
for (const call of [() => fs.readFileSync(f), () => fs.rmdirSync(dir), () => fs.mkdirSync(dir), () => fs.openSync(dir, 'w'), () => fs.copyFileSync(f + '2', path.join(dir, 'a/b/g'), fs.constants.COPYFILE_EXCL), () => fs.readFileSync(5.5), () => fs.writeFileSync(f, 5), () => fs.readFileSync(f + '2', 'nope'), () => fs.closeSync(-1), () => fs.openSync(f, 'zz'), () => fs.accessSync('a\0b')]) {
  try { call(); console.log('ok'); } catch (e) { console.log(e.name, e.code, e.message.replaceAll(dir, 'DIR').slice(0, 110)); }
}
fs.utimesSync(f + '2', 1000, 2000.5); const s = fs.statSync(f + '2'); console.log(s.atimeMs, s.mtimeMs, s.mtime.getTime());
fs.chmodSync(f + '2', 0o640); console.log((fs.statSync(f + '2').mode & 0o777).toString(8));
fs.rmSync(dir, { recursive: true }); console.log(fs.existsSync(dir));
