'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const { once } = require('events');

/** In a folder of its own, which is the current one meanwhile. */
const inFolder = (run) => async () => {
  const home = process.cwd(), folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fs-comparison-'));
  process.chdir(folder);
  try {
    fs.writeFileSync('file', 'hello world');
    fs.mkdirSync('dir/inner', { recursive: true });
    fs.writeFileSync('dir/x', 'x');
    fs.symlinkSync('file', 'link');
    return await run();
  } finally {
    process.chdir(home);
    fs.rmSync(folder, { recursive: true });
  }
};
const called = (name, ...args) => new Promise((resolve) => fs[name](...args, (error, ...got) => resolve([error ?? null, ...got.filter((each) => each !== undefined && each !== null)])));
const raised = (run) => {
  try {
    return run();
  } catch (error) {
    return [error.code, error.message];
  }
};
const KINDS = ['isFile', 'isDirectory', 'isSymbolicLink', 'isFIFO', 'isSocket', 'isBlockDevice', 'isCharacterDevice'];
const kinds = (found) => KINDS.filter((kind) => found[kind]());
const heard = (stream) => {
  const log = [];
  for (const name of ['open', 'ready', 'data', 'end', 'finish', 'error', 'close']) stream.on(name, (value) => log.push(name === 'data' ? [name, value] : name === 'error' ? [name, value.code] : name));
  return log;
};
const closed = (emitter) => new Promise((resolve) => emitter.on('close', () => resolve()));
const until = async (test) => { while (!test()) await new Promise((resolve) => setTimeout(resolve, 2)); };

module.exports = {
  theConstants: () => ({ ...fs.constants }),
  theNames: () => [fs.ReadStream.name, fs.WriteStream.name, fs.FileReadStream === fs.ReadStream, fs.FileWriteStream === fs.WriteStream, fs.Dir.name, fs.Dirent.name, fs.statSync('/') instanceof fs.Stats, typeof fs.promises.open],
  stats: inFolder(() => {
    fs.utimesSync('file', 1.5, 1500000000.25);
    const found = fs.statSync('file'), big = fs.statSync('file', { bigint: true });
    const { mode, nlink, size, blksize, rdev, mtimeMs, atimeMs } = found;
    return [mode, nlink, size, blksize > 0, rdev, mtimeMs, atimeMs, found.mtime, found.atime, found.uid === process.getuid(), found.gid === process.getgid(), typeof found.dev, found.ino > 0, found.blocks > 0,
      found.ctimeMs > 1.7e12, found.ctime > found.mtime, found.birthtime.getTime() === Math.round(found.birthtimeMs), big.mtimeNs, big.atimeNs, big.mtimeMs, big.ctimeNs > 0n, big.birthtimeNs >= 0n, kinds(found), kinds(fs.statSync('dir')), kinds(fs.lstatSync('link')), kinds(fs.statSync('/dev/null'))];
  }),
  nothingThere: inFolder(() => [fs.statSync('no', { throwIfNoEntry: false }), fs.lstatSync('no', { throwIfNoEntry: false }), fs.existsSync('no'), raised(() => fs.statSync('no')), raised(() => fs.accessSync('no', fs.constants.R_OK))]),
  theFileSystem: inFolder(() => {
    const found = fs.statfsSync('.'), big = fs.statfsSync('.', { bigint: true });
    return [found.bsize > 0, found.frsize > 0, found.blocks >= found.bfree, found.bfree >= found.bavail, found.files >= found.ffree, Number(big.blocks) === found.blocks, 'type' in found];
  }),
  entries: inFolder(async () => {
    const found = fs.readdirSync('.', { withFileTypes: true }).map((each) => [each.name, each.parentPath, kinds(each)]);
    const dir = fs.opendirSync('dir', { bufferSize: 1 }), names = [];
    for (let entry; (entry = dir.readSync()) !== null;) names.push(entry.name);
    const { path: where } = dir;
    dir.closeSync();
    const again = [];
    for await (const entry of await fs.promises.opendir('dir', { recursive: true, encoding: 'utf8' })) again.push(entry.name);
    const third = fs.opendirSync('dir');
    const first = await new Promise((resolve) => third.read((error, entry) => resolve([error ?? null, typeof entry.name])));
    await third.close();
    let late;
    try { await third.read(); } catch (error) { late = error.code; }
    return [found, names.sort(), where, again.sort(), first, late];
  }),
  // Undefined but on macOS.
  permissionsOfALink: inFolder(() => [fs.lchmod === undefined ? 'ERR_METHOD_NOT_IMPLEMENTED' : null, fs.lchmodSync === undefined ? 'ERR_METHOD_NOT_IMPLEMENTED' : null]),
  closingWithABlock: inFolder(async () => {
    let dir, other, made, was;
    { await using first = fs.opendirSync('dir'); dir = first; }
    { using second = fs.opendirSync('dir'); other = second; }
    { using third = fs.mkdtempDisposableSync('t-'); made = third; was = fs.existsSync(made.path); }
    const second = fs.mkdtempDisposableSync('t-');
    second.remove();
    return [raised(() => dir.closeSync()), raised(() => other.readSync()), was, fs.existsSync(made.path), fs.existsSync(second.path)];
  }),
  readStreams: inFolder(async () => {
    const results = [];
    for (const options of [{ start: 2, end: 5, encoding: 'utf8', highWaterMark: 3, flags: 'r', mode: 0o600 }, { autoClose: false, encoding: 'hex' }, { emitClose: false, encoding: 'utf8' }, { fd: fs.openSync('file'), encoding: 'latin1' }]) {
      const stream = fs.createReadStream('file', options), log = heard(stream);
      const before = [stream.path, stream.pending, stream.bytesRead];
      await once(stream, 'end');
      if (options.autoClose !== false) await until(() => stream.closed);
      results.push(before, log, stream.bytesRead, stream.pending, stream.destroyed);
      if (!stream.destroyed) stream.close();
    }
    return results;
  }),
  writeStreams: inFolder(async () => {
    const results = [];
    for (const options of [{ flags: 'a', encoding: 'latin1', flush: true }, { start: 2, flags: 'r+', highWaterMark: 3 }, { mode: 0o600, emitClose: true }]) {
      const stream = fs.createWriteStream('file', options), log = heard(stream);
      const before = [stream.path, stream.pending, stream.bytesWritten];
      stream.write('é');
      stream.end('12');
      await closed(stream);
      results.push(before, log, stream.bytesWritten, fs.readFileSync('file', 'latin1'));
    }
    return results;
  }),
  listenersOfStreams: inFolder(async () => {
    const results = [];
    for (const make of [() => fs.createReadStream('file'), () => fs.createWriteStream('other')]) {
      const stream = make();
      const f = () => 0, g = () => 0, log = [];
      stream.addListener('open', f).prependListener('open', g).once('ready', f).prependOnceListener('ready', g).on('open', () => log.push('open'));
      results.push(stream.listenerCount('open'), stream.listeners('open').indexOf(g), stream.rawListeners('ready').length, stream.emit('mine'));
      stream.off('open', f).removeListener('open', g).removeAllListeners('ready');
      results.push(stream.listenerCount('open'), stream.listenerCount('ready'));
      stream.destroy();
      await closed(stream);
      results.push(log);
    }
    return results;
  }),
  aStreamThatIsClosed: inFolder(async () => {
    const reader = fs.createReadStream('file');
    const read = await new Promise((resolve) => reader.close((error) => resolve(error?.code ?? null)));
    const writer = fs.createWriteStream('other');
    writer.write('x');
    const wrote = await new Promise((resolve) => writer.close((error) => resolve(error ?? null)));
    const signal = new AbortController(), third = fs.createReadStream('file', { signal: signal.signal }), log = heard(third);
    signal.abort();
    await closed(third);
    return [read, wrote, fs.readFileSync('other', 'utf8'), log];
  }),
  functionsInPlace: inFolder(async () => {
    const log = [];
    const given = {};
    for (const name of ['open', 'read', 'write', 'writev', 'close']) given[name] = (...args) => { log.push(name); fs[name](...args); };
    const reader = fs.createReadStream('file', { fs: given, encoding: 'utf8' });
    let text = '';
    reader.on('data', (chunk) => { text += chunk; });
    await closed(reader);
    const writer = fs.createWriteStream('other', { fs: given });
    writer.write('a'); writer.write('b'); writer.end('c');
    await closed(writer);
    return [log, text, fs.readFileSync('other', 'utf8'), raised(() => fs.createReadStream('file', { fs: {} }))];
  }),
  descriptors: inFolder(async () => {
    const fd = fs.openSync('file', 'r+'), room = Buffer.alloc(4), results = [];
    results.push((await called('read', fd, room, 0, 4, 1)).slice(0, 2), room.toString());
    results.push((await called('read', fd, { buffer: room, offset: 1, length: 2, position: 6 })).slice(0, 2), room.toString());
    results.push((await called('write', fd, Buffer.from('abc'), { offset: 1, length: 1, position: 0 })).slice(0, 2), (await called('write', fd, 'é', 1, 'latin1')).slice(0, 2));
    const buffers = [Buffer.from('x'), Buffer.from('y')];
    results.push((await called('readv', fd, [room], 0)).slice(0, 2), (await called('writev', fd, buffers, 4)).slice(0, 2));
    results.push(fs.readvSync(fd, [room], 2), fs.writevSync(fd, [room], 7), fs.readSync(fd, room, { position: 3 }), fs.writeSync(fd, 'z', 0));
    results.push(await called('ftruncate', fd, 9), await called('fchmod', fd, 0o600), await called('futimes', fd, 1, 2), await called('fchown', fd, -1, -1), await called('fsync', fd), await called('fdatasync', fd));
    fs.ftruncateSync(fd, 8); fs.fchmodSync(fd, 0o640); fs.futimesSync(fd, 3, 4); fs.fchownSync(fd, -1, -1); fs.fsyncSync(fd); fs.fdatasyncSync(fd);
    const [error, found] = await called('fstat', fd, { bigint: true });
    results.push(error, Number(found.size), found.mtimeNs, fs.fstatSync(fd).mtimeMs, await called('close', fd), raised(() => fs.closeSync(fd)));
    return [...results, fs.readFileSync('file', 'latin1')];
  }),
  pathsByCallback: inFolder(async () => {
    const results = [];
    const calls = [['access', 'file', 0], ['appendFile', 'file', '!', { encoding: 'latin1', flag: 'a', mode: 0o644, flush: true }], ['chmod', 'file', '600'], ['chown', 'file', -1, -1], ['copyFile', 'file', 'copy', 1], ['copyFile', 'file', 'copy', fs.constants.COPYFILE_EXCL],
      ['cp', 'dir', 'dir2', { recursive: true }], ['cp', 'dir', 'dir2', { recursive: true, force: false, errorOnExist: true }], ['exists', 'copy'], ['glob', 'dir*'], ['lchown', 'link', -1, -1], ['link', 'file', 'hard'], ['lutimes', 'link', 1, 2], ['mkdir', 'new/deep', { recursive: true, mode: 0o700 }],
      ['readFile', 'file', { encoding: 'utf8', flag: 'r' }], ['readdir', 'dir', { encoding: 'hex' }], ['readlink', 'link'], ['rename', 'hard', 'soft'], ['rm', 'dir2', { recursive: true, force: true, maxRetries: 1, retryDelay: 1 }], ['rmdir', 'new/deep'], ['symlink', 'file', 'link2', 'file'],
      ['truncate', 'file', 3], ['unlink', 'soft'], ['utimes', 'file', 1, 2], ['writeFile', 'file', 'é', { encoding: 'latin1', mode: 0o600, flag: 'w' }], ['unlink', 'no'], ['rmdir', 'dir'], ['lstat', 'no'], ['statfs', 'no'], ['opendir', 'no']];
    for (const [name, ...args] of calls) results.push([name, ...(await called(name, ...args)).map((each) => each instanceof Error ? [each.code, each.message] : Array.isArray(each) ? each.sort() : each)]);
    results.push((await called('realpath', 'link'))[1].endsWith('/file'), (await new Promise((resolve) => fs.realpath.native('no', (error) => resolve(error.message)))), (await called('stat', 'file', {}))[1].size, (await called('mkdtemp', 'm-'))[1].length);
    return results;
  }),
  pathsAtOnce: inFolder(() => {
    const results = [];
    const run = (name, ...args) => results.push([name, raised(() => fs[`${name}Sync`](...args)) ?? null]);
    run('access', 'file'); run('appendFile', 'file', '!'); run('chmod', 'file', 0o600); run('chown', 'file', -1, -1); run('copyFile', 'file', 'copy');
    fs.cpSync('dir', 'dir2', { recursive: true, dereference: false, filter: (from) => !from.endsWith('x'), preserveTimestamps: true, verbatimSymlinks: true, mode: 0, force: true, errorOnExist: false });
    results.push(fs.readdirSync('dir2'));
    run('exists', 'copy'); run('lchown', 'link', -1, -1); run('link', 'file', 'hard'); run('lutimes', 'link', 1, 2); run('mkdir', 'new/deep', { recursive: true }); run('readFile', 'file', { encoding: 'utf8', flag: 'r' });
    run('readdir', 'dir'); run('readlink', 'link', 'hex'); run('rename', 'hard', 'soft'); run('rm', 'dir2', { recursive: true }); run('rmdir', 'new/deep'); run('symlink', 'file', 'link2'); run('truncate', 'file', 3); run('unlink', 'soft'); run('utimes', 'file', 1, 2);
    run('writeFile', 'file', Buffer.from('x')); run('rm', 'dir'); run('open', 'no'); run('opendir', 'no'); run('readdir', 'no');
    results.push(fs.realpathSync('link').endsWith('/file'), raised(() => fs.realpathSync.native('no')), fs.mkdtempSync('m-').length, fs.globSync('*/x'), fs.globSync(['d*', 'f*'], { cwd: '.', exclude: ['dir'], withFileTypes: true }).map((each) => each.name));
    const room = Buffer.alloc(20);
    results.push(fs.readFileSync('file', { buffer: room }).length, room[0], fs.globSync('**/*', { followSymlinks: true }).length);
    return results;
  }),
  blobs: inFolder(async () => {
    const blob = await fs.openAsBlob('file', { type: 'text/plain' });
    return [blob.size, blob.type, await blob.text(), await fs.openAsBlobSync('file').text()];
  }),
  changes: inFolder(async () => {
    const log = [], watcher = fs.watch('dir', { encoding: 'utf8', persistent: true, recursive: false, ignore: '*.log' });
    watcher.on('change', (type, name) => log.push([type, name]));
    watcher.on('close', () => log.push('close'));
    watcher.on('error', () => log.push('error'));
    const same = watcher.ref() === watcher && watcher.unref() === watcher.ref();
    fs.mkdirSync('dir/a.log');
    fs.mkdirSync('dir/new');
    await until(() => log.length);
    watcher.close();
    await until(() => log.length > 1);
    return [log, same, raised(() => fs.watch('no'))];
  }),
  lookingAgain: inFolder(async () => {
    const log = [], heard = (now, before) => log.push([now.size, before.size, typeof now.mtimeMs]);
    const watcher = fs.watchFile('later', { interval: 5, persistent: true, bigint: false }, heard);
    const same = watcher.ref() === watcher && watcher.unref() === watcher.ref();
    await until(() => log.length);
    fs.writeFileSync('temporary', 'abc');
    fs.renameSync('temporary', 'later');
    await until(() => log.length > 1);
    fs.unwatchFile('later', heard);
    return [log, same, watcher.listenerCount('change'), raised(() => fs.watchFile('later'))];
  }),
};
