const fs = require('node:fs/promises');
const path = require('node:path');
async function main() {
  const dir = await fs.mkdtemp(path.join(require('node:os').tmpdir(), 'ported-'));
  const file = path.join(dir, 'message.txt');
  await fs.writeFile(file, 'Hello Node.js', 'utf8');
  await fs.appendFile(file, ' data');
  console.log(await fs.readFile(file, { encoding: 'utf8' }));
  await fs.copyFile(file, path.join(dir, 'destination.txt'));
  await fs.mkdir(path.join(dir, 'a/apple'), { recursive: true });
  for (const name of (await fs.readdir(dir)).sort()) console.log(name);
  for (const entry of (await fs.readdir(dir, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) console.log(entry.name, entry.isDirectory(), entry.isFile());
  const stats = await fs.stat(file);
  console.log(stats.size, stats.isFile(), stats.isDirectory(), stats.isSymbolicLink(), (stats.mode & 0o777).toString(8));
  try { await fs.access(path.join(dir, 'none'), fs.constants.R_OK | fs.constants.W_OK); } catch (e) { console.log(e.code, e.syscall, e.errno < 0, path.basename(e.path)); }
  try { await fs.readdir(file); } catch (e) { console.log(e.message.replace(dir, '')); }
  try { await fs.mkdir(dir); } catch (e) { console.log(e.code); }
  try { await fs.rm(dir); } catch (e) { console.log(e.code); }
  await fs.rename(file, file + '2');
  await fs.symlink(file + '2', file);
  console.log(path.basename(await fs.readlink(file)), (await fs.lstat(file)).isSymbolicLink());
  await fs.truncate(file, 5);
  const handle = await fs.open(file, 'r+');
  console.log((await handle.read(Buffer.alloc(10), 0, 10, 1)).bytesRead, (await handle.readFile('utf8')));
  console.log((await handle.write('xyz', 0)).bytesWritten);
  await handle.close();
  console.log((await fs.readFile(file)).toString());
  await fs.rm(dir, { recursive: true, force: true });
}
main();
