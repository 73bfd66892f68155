'use strict';
const fs = require('fs/promises');
const { constants, readFileSync, writeFileSync, mkdirSync, symlinkSync, mkdtempSync, rmSync, existsSync } = require('fs');
const os = require('os');
const path = require('path');

const inFolder = (run) => async () => {
  const home = process.cwd(), folder = mkdtempSync(path.join(os.tmpdir(), 'fs-comparison-'));
  process.chdir(folder);
  try {
    writeFileSync('file', 'hello world');
    mkdirSync('dir/inner', { recursive: true });
    writeFileSync('dir/x', 'x');
    symlinkSync('file', 'link');
    return await run();
  } finally {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  }
};
const settled = async (promise) => {
  try {
    return (await promise) ?? null;
  } catch (error) {
    return [error.code, error.message, error.syscall ?? null];
  }
};
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

module.exports = {
  theConstants: () => ({ ...fs.constants, same: fs.constants === constants }),
  paths: inFolder(async () => {
    const results = [];
    const run = async (name, ...args) => results.push([name, await settled(fs[name](...args))]);
    await run('access', 'file', constants.R_OK); await run('access', 'no');
    await run('appendFile', 'file', '!', { flag: 'a', mode: 0o644, encoding: 'utf8' }); await run('chmod', 'file', '600'); await run('chown', 'file', -1, -1); await run('copyFile', 'file', 'copy');
    await run('cp', 'dir', 'dir2', { recursive: true }); await run('cp', 'dir', 'dir3'); await run('lchown', 'link', -1, -1); await run('lchmod', 'link', 0o600); await run('link', 'file', 'hard'); await run('lutimes', 'link', 1, 2);
    await run('mkdir', 'new/deep', { recursive: true }); await run('readFile', 'file', { encoding: 'latin1', flag: 'r' }); await run('readFile', 'dir'); await run('readdir', 'dir'); await run('readlink', 'link'); await run('rename', 'hard', 'soft');
    await run('rm', 'dir2', { recursive: true, force: true }); await run('rm', 'dir'); await run('rmdir', 'new/deep'); await run('symlink', 'file', 'link2'); await run('truncate', 'file', 3); await run('unlink', 'soft'); await run('unlink', 'no');
    await run('utimes', 'file', 1, 2); await run('writeFile', 'file', 'é', { encoding: 'latin1', mode: 0o600, flag: 'w' }); await run('open', 'no'); await run('opendir', 'no'); await run('stat', 'no'); await run('lstat', 'no'); await run('statfs', 'no'); await run('realpath', 'no');
    const { size, mtimeMs } = await fs.stat('file'), made = await fs.mkdtemp('m-');
    return [...results, size, (await fs.lstat('link')).isSymbolicLink(), mtimeMs > 0, made.length, (await fs.statfs('.')).bsize > 0, (await fs.realpath('link')).endsWith('/file'), (await Array.fromAsync(fs.glob('*/x'))), (await fs.opendir('dir')).path];
  }),
  wrongArguments: inFolder(async () => [await settled(fs.readFile(5)), await settled(fs.open([])), await settled(fs.writeFile('x', 5)), await settled(fs.stat()), await settled(fs.rename('a', 5)), await settled(fs.chmod('file', 'x'))]),
  readingAHandle: inFolder(async () => {
    const file = await fs.open('file'), room = Buffer.alloc(4), results = [typeof file.fd];
    const one = await file.read(room, 0, 4, 1);
    results.push(one.bytesRead, one.buffer === room, room.toString());
    const two = await file.read({ buffer: room, offset: 1, length: 2, position: 6 });
    results.push(two.bytesRead, room.toString(), (await file.read(room, { offset: 2 })).bytesRead, room.toString());
    const own = await file.read();
    results.push(own.bytesRead, own.buffer.length);
    const many = await file.readv([room], 2);
    results.push(many.bytesRead, many.buffers[0] === room, room.toString(), (await file.stat()).size, Number((await file.stat({ bigint: true })).size));
    await file.close();
    results.push(file.fd, await settled(file.read()), await settled(file.close()));
    return results;
  }),
  writingAHandle: inFolder(async () => {
    const file = await fs.open('other', 'w+', 0o600), data = Buffer.from('abcdef'), results = [];
    const one = await file.write(data, 1, 3);
    results.push(one.bytesWritten, one.buffer === data, (await file.write('é', 1, 'latin1')).bytesWritten, (await file.write(data, { offset: 4, length: 1, position: 0 })).bytesWritten);
    const many = await file.writev([data, data], 4);
    results.push(many.bytesWritten, many.buffers.length);
    await file.appendFile('!', { encoding: 'utf8' });
    await file.truncate(20); await file.chmod(0o640); await file.chown(-1, -1); await file.utimes(1, 2); await file.sync(); await file.datasync();
    await file.writeFile(['x', Buffer.from('y')]);
    results.push((await file.stat()).mtimeMs > 0, await file.readFile('latin1'));
    await file.close();
    return [...results, readFileSync('other', 'latin1')];
  }),
  streamsOfAHandle: inFolder(async () => {
    const results = [];
    const file = await fs.open('file'), events = [];
    file.on('close', () => events.push('handle'));
    const stream = file.createReadStream({ encoding: 'utf8', start: 2, end: 6, highWaterMark: 3, autoClose: true, emitClose: true });
    stream.on('close', () => events.push('stream'));
    for await (const chunk of stream) results.push(chunk);
    const other = await fs.open('other', 'w');
    const writer = other.createWriteStream({ encoding: 'latin1', start: 1, highWaterMark: 4, autoClose: true, emitClose: true, flush: true });
    writer.end('é');
    await new Promise((resolve) => writer.on('close', resolve));
    const third = await fs.open('file'), lines = [];
    for await (const line of third.readLines()) lines.push(line);
    await third.close();
    const fourth = await fs.open('file');
    let text = '';
    for await (const chunk of fourth.readableWebStream({ autoClose: true })) text += Buffer.from(chunk).toString();
    return [...results, events, file.fd, other.fd, readFileSync('other', 'latin1'), lines, text];
  }),
  aHandleInABlock: inFolder(async () => {
    let was;
    { await using file = await fs.open('file'); was = file; }
    let made, path_;
    { await using folder = await fs.mkdtempDisposable('t-'); made = existsSync(folder.path); path_ = folder.path; }
    const second = await fs.mkdtempDisposable('t-');
    await second.remove();
    return [was.fd, made, existsSync(path_), existsSync(second.path)];
  }),
  changes: inFolder(async () => {
    const controller = new AbortController(), log = [];
    const watching = (async () => {
      try {
        for await (const { eventType, filename } of fs.watch('dir', { signal: controller.signal, encoding: 'utf8', maxQueue: 100, overflow: 'ignore' })) log.push([eventType, filename]);
      } catch (error) {
        log.push(error.name);
      }
    })();
    await sleep(30);
    mkdirSync('dir/new');
    while (!log.length) await sleep(2);
    controller.abort();
    await watching;
    return log;
  }),
};
