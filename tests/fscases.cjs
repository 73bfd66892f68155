// Random programs of calls of `fs`, each in a fresh directory, with what Node makes of them: node fscases.cjs SEED COUNT
// One line of JSON per program: [form, [[name, arguments, result] …], what is left in the directory]. fscases.py plays them.
// Arguments: {"$fd": n} is the n-th file that was opened, {"$bytes": text} is latin-1, {"$room": n} a buffer of n zeros.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const { random, pick } = require('./random.cjs');
const count = Number(process.argv[3]);
process.umask(0o022);

const PATHS = ['a', 'b', 'c', 'd', 'd/x', 'd/e', 'd/e/y', 'link', 'toDir', 'broken', 'nope', 'nope/x', 'a/x', '.', 'd/', './a', 'd/../a', 'é', 'new', 'new/deep/er', ''];
const FLAGS = ['r', 'r+', 'w', 'w+', 'wx', 'a', 'a+', 'ax', 'rs', 'as+', 'xw+', 'zz', 'R'];
const ENCODINGS = ['utf8', 'latin1', 'hex', 'base64', 'utf16le', 'ascii', 'buffer', 'nowhere'];
const aPath = () => pick(PATHS);
const bytes = () => ({ $bytes: pick(['', 'x', 'hello', '\xff\x00\xe9', 'more than a few bytes', 'z'.repeat(300)]) });
const text = () => pick(['', 't', 'some text', 'é€😀', '6869', 'aGk=']);
const data = () => random(2) ? bytes() : text();
const mode = () => pick([0o644, 0o600, 0o755, '640', '700', 0o777, '9', 'x', -1, 1.5, {}, 2 ** 33]);
const okMode = () => pick([0o644, 0o600, 0o755, '640', '700']);
const time = () => pick([0, 1, 1.5, 1e9, 1234567890.123, -1, '5', '1.25', 'x', 1600000000]);
const encoding = () => pick(ENCODINGS);
const textEncoding = () => pick(ENCODINGS.filter((each) => each !== 'buffer'));
const maybe = (make, odds = 2) => random(odds) ? undefined : make();
const position = () => pick([undefined, 0, 1, 3, 100, -1, 1.5, 'x', -2]);
const some = (table) => {
  const found = {};
  for (const [name, make] of Object.entries(table)) if (!random(3)) found[name] = make();
  return found;
};
const bool = () => pick([true, true, false, 1, 'yes']);
const really = () => random(2) === 0;
const fd = () => random(12) ? { $fd: random(4) } : pick([-1, 1.5, 'x', {}, 2 ** 31, 99999, []]);
const room = () => ({ $room: pick([0, 1, 4, 8, 40]) });
const offset = () => pick([undefined, 0, 1, 2, 5, -1, 1.5, 'x']);

const CALLS = {
  open: () => [aPath(), pick([undefined, ...FLAGS, 0, 2, {}]), maybe(okMode, 3)],
  close: () => [fd()],
  read: () => random(3) ? [fd(), room(), offset(), pick([0, 1, 2, 4, 9, -1]), pick([0, 1, 3, 100, -1, 1.5, 'x', -2])]
    : [fd(), room(), some({ offset, length: () => pick([0, 1, 3, 50]), position })],
  readv: () => [fd(), pick([[room(), room()], [room()], ['x']]), pick([undefined, 0, 2])],
  write: () => pick([
    () => [fd(), bytes(), offset(), pick([undefined, 0, 1, 2, 50, -1]), pick([undefined, 0, 1, 10])],
    () => [fd(), text(), pick([undefined, 0, 2, 7]), maybe(() => pick(['utf8', 'latin1', 'base64', 'utf16le']))],
    () => [fd(), bytes(), some({ offset, length: () => pick([0, 1, 3, 50]), position: () => pick([0, 2]) })],
  ])(),
  writev: () => [fd(), pick([[bytes(), bytes()], [bytes()], ['x'], []]), pick([undefined, 0, 2])],
  fstat: () => [fd(), maybe(() => some({ bigint: really }))],
  ftruncate: () => [fd(), pick([undefined, 0, 2, 20, -1, 1.5, 'x'])],
  fsync: () => [fd()],
  fdatasync: () => [fd()],
  fchmod: () => [fd(), random(3) ? okMode() : mode()],
  fchown: () => [fd(), pick([-1, -1, -2, 1.5, 'x']), -1],
  futimes: () => [fd(), time(), time()],
  readFile: () => [random(5) ? aPath() : { $fd: random(4) }, maybe(() => random(2) ? textEncoding() : some({ encoding: textEncoding, flag: () => pick(['r', 'r+', 'zz', 'a+']) }))],
  writeFile: () => [random(5) ? aPath() : { $fd: random(4) }, random(12) ? data() : pick([5, {}, true]), maybe(() => random(2) ? encoding() : some({ encoding, flag: () => pick(FLAGS), mode: okMode, flush: bool }))],
  appendFile: () => [random(5) ? aPath() : { $fd: random(4) }, data(), maybe(() => random(2) ? encoding() : some({ encoding, mode: okMode, flush: bool }))],
  copyFile: () => [aPath(), aPath(), maybe(() => pick([0, 1, 2, 8, -1, 'x', 1.5]), 3)],
  cp: () => [aPath(), aPath(), maybe(() => some({ recursive: bool, force: bool, errorOnExist: bool, dereference: really, preserveTimestamps: really, verbatimSymlinks: really, mode: () => pick([0, 1, 9]) }), 4)],
  stat: () => [aPath(), maybe(() => some({ bigint: really, throwIfNoEntry: really }))],
  lstat: () => [aPath(), maybe(() => some({ bigint: really, throwIfNoEntry: really }))],
  readdir: () => [pick([aPath(), 'd', '.']), maybe(() => pick([encoding, () => some({ encoding, withFileTypes: bool }), () => some({ withFileTypes: bool, recursive: really })])())],
  opendir: () => [pick([aPath(), 'd', '.']), maybe(() => some({ encoding: () => 'utf8', bufferSize: () => pick([1, 2, 40]), recursive: really }))],
  mkdir: () => [aPath(), pick([undefined, 0o700, '755', 'x', { recursive: true }, { recursive: true, mode: 0o711 }, { recursive: 1 }, { mode: '770' }, { recursive: false }])],
  rm: () => [aPath(), maybe(() => some({ recursive: bool, force: bool, maxRetries: () => pick([0, 1, -1, 'x']), retryDelay: () => pick([0, 1, -1]) }))],
  rmdir: () => [aPath(), maybe(() => some({ recursive: really }), 5)],
  rename: () => [aPath(), aPath()],
  unlink: () => [aPath()],
  link: () => [aPath(), aPath()],
  symlink: () => [aPath(), aPath(), pick([undefined, 'file', 'dir', 'junction', 'x'])],
  readlink: () => [pick([aPath(), 'link', 'toDir']), maybe(encoding)],
  realpath: () => [aPath(), maybe(() => pick(['utf8', 'nowhere']), 4)],
  access: () => [aPath(), pick([undefined, 0, 4, 2, 6, 8, -1, 'x', 1.5])],
  exists: () => [aPath()],
  chmod: () => [aPath(), random(3) ? okMode() : mode()],
  chown: () => [aPath(), pick([-1, -1, -2, 1.5, 'x']), -1],
  lchown: () => [aPath(), -1, pick([-1, -1, -2, 2 ** 33])],
  utimes: () => [aPath(), time(), time()],
  lutimes: () => [aPath(), time(), time()],
  truncate: () => [aPath(), pick([undefined, 0, 2, 20, -1, 1.5, 'x'])],
  glob: () => [pick(['*', '**', '**/*', 'd/*', '{a,b,c}', '[a-c]', '**/x', 'd/**/y', '?', 'li*', '*/', '!(a)', 'nope/*', 5])],
  mkdtemp: () => [pick(['t-', 'd/t-', 'nope/t-', 5]), maybe(() => pick(['utf8', 'nowhere']), 3)],
};
const NAMES = Object.keys(CALLS);
// What a promise has as a method of a FileHandle.
const METHODS = { close: 'close', read: 'read', readv: 'readv', write: 'write', writev: 'writev', fstat: 'stat', ftruncate: 'truncate', fsync: 'sync', fdatasync: 'datasync', fchmod: 'chmod', fchown: 'chown', futimes: 'utimes' };

// Also what `mkdtemp` has made up.
const shown = (text) => typeof text === 'string' ? text.split(process.cwd()).join('<cwd>').replace(/t-\w{6}/, 't-XXXXXX') : text;
// The synchronous `cp` has errors of its own: their codes are the same.
const failure = (error, name) => name === 'cpSync' ? { error: error.code } : ({ error: [error.code, error.syscall ?? null, shown(error.path) ?? null, shown(error.dest) ?? null, error.name, shown(error.message)] });
const KINDS = ['isFile', 'isDirectory', 'isSymbolicLink', 'isFIFO', 'isSocket', 'isBlockDevice', 'isCharacterDevice'];
const kindOf = (found) => KINDS.find((kind) => found[kind]());
function plain(value, name) {
  if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'number') return value ?? null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return name === 'mkdtemp' ? value.length : shown(value);
  if (ArrayBuffer.isView(value)) return { bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1') };
  if (Array.isArray(value)) return name === 'glob' ? value.map(shown).sort() : value.map((each) => plain(each));
  if (value instanceof fs.Dirent) return { dirent: [plain(value.name), plain(value.parentPath), kindOf(value)] };
  if (value.mtimeMs !== undefined) {
    // Times that a program has set are in whole or short seconds; all others are now.
    const old = (ms) => Math.abs(Number(ms)) < 1.7e12 ? Number(ms) : 'now';
    return { stats: [kindOf(value), Number(value.mode), kindOf(value) === 'isDirectory' ? 0 : Number(value.size), kindOf(value) === 'isDirectory' ? 0 : Number(value.nlink), typeof value.ino, old(value.mtimeMs), value.mtimeNs === undefined ? null : old(value.mtimeNs / 1000000n)] };
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

function build() {
  fs.writeFileSync('a', 'hello world');
  fs.writeFileSync('b', Buffer.from([0xff, 0, 0xe9]));
  fs.mkdirSync('d/e', { recursive: true });
  fs.writeFileSync('d/x', 'x');
  fs.writeFileSync('d/e/y', 'y', { mode: 0o600 });
  fs.symlinkSync('a', 'link');
  fs.symlinkSync('d', 'toDir');
  fs.symlinkSync('gone', 'broken');
  fs.writeFileSync('é', 'é');
}

function left(folder = '.') {
  return fs.readdirSync(folder).filter((name) => !/^t-/.test(name)).sort().map((name) => {
    const full = path.join(folder, name), found = fs.lstatSync(full);
    if (found.isSymbolicLink()) return [name, 'link', shown(fs.readlinkSync(full))];
    if (found.isDirectory()) return [name, found.mode & 0o777, left(full)];
    return [name, found.mode & 0o777, fs.readFileSync(full, 'latin1')];
  });
}

const entriesOf = async (dir) => {
  const found = [];
  for await (const entry of dir) found.push([entry.name, entry.parentPath, kindOf(entry)]);
  return found.sort((x, y) => x[1] + '/' + x[0] < y[1] + '/' + y[0] ? -1 : 1);
};

async function play(form, name, args, opened) {
  const rooms = [];
  const real = (value) => {
    if (Array.isArray(value)) return value.map(real);
    if (value?.$fd !== undefined) return opened[value.$fd] ?? 77777;
    if (value?.$bytes !== undefined) return Buffer.from(value.$bytes, 'latin1');
    if (value?.$room !== undefined) { const made = Buffer.alloc(value.$room); rooms.push(made); return made; }
    return value;
  };
  const given = args.map(real);
  while (given.length && given.at(-1) === undefined) given.pop();
  // A promise takes no descriptors; without one the form with a callback fails for a reason of its own.
  if (given[0] === 77777 && (form === 'promise' || (form !== 'promise' && name === 'readFile'))) return 'skipped';
  // The synchronous `cp` follows links that the others do not, and tells another of several mistakes first.
  if (form === 'sync' && name === 'cp') {
    if (given.slice(0, 2).some((each) => fs.existsSync(each) ? fs.lstatSync(each).isSymbolicLink() : /link|toDir|broken/.test(each))) return 'skipped';
    if (given[2]?.recursive !== true && fs.existsSync(given[0]) && fs.statSync(given[0]).isDirectory()) return 'skipped';
  }
  // A form with a callback finds nothing in an open directory.
  if (name === 'readFile' && typeof given[0] === 'number' && fs.fstatSync(given[0]).isDirectory()) return 'skipped';
  const finish = async (value) => {
    if (name === 'open' && value !== undefined) { opened.push(value); return 'fd'; }
    if (name === 'opendir') return { entries: await entriesOf(value) };
    if (name === 'mkdtemp') { fs.rmdirSync(value); return value.length; }
    const found = plain(value, name);
    return rooms.length ? { found, rooms: rooms.map((each) => each.toString('latin1')) } : found;
  };
  try {
    if (form === 'sync') return await finish(fs[`${name}Sync`](...given));
    if (form === 'callback') {
      const got = await new Promise((resolve, reject) => {
        try {
          fs[name](...given, (...results) => resolve(results));
        } catch (error) {
          reject(error);
        }
      }).catch((error) => [{ thrown: error }]);
      if (got[0]?.thrown) return { thrown: failure(got[0].thrown).error };
      if (name === 'exists') return got[0];
      return got[0] ? failure(got[0]) : await finish(got[1]);
    }
    if (METHODS[name]) {
      const handle = given.shift();
      if (typeof handle !== 'object' || !handle.close) return 'skipped';
      if (name === 'close') opened.splice(opened.indexOf(handle), 1, undefined);
      const value = await handle[METHODS[name]](...given);
      return await finish(value?.buffer || value?.buffers ? value.bytesRead ?? value.bytesWritten : value);
    }
    if (name === 'exists') return 'skipped';
    if (name === 'glob') return (await Array.fromAsync(fs.promises.glob(...given))).sort();
    return await finish(await fs.promises[name](...given));
  } catch (error) {
    return failure(error, form === 'sync' ? `${name}Sync` : name);
  }
}

async function main() {
  const home = process.cwd();
  for (let left_ = count; left_ > 0; left_--) {
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fscases-')));
    process.chdir(folder);
    build();
    const form = pick(['sync', 'callback', 'promise']);
    const opened = [], calls = [];
    for (let n = 3 + random(8); n > 0; n--) {
      const name = random(4) ? pick(NAMES) : pick(['open', 'read', 'write', 'readFile', 'writeFile', 'stat']);
      const args = CALLS[name]();
      while (args.length && args.at(-1) === undefined) args.pop();
      calls.push([name, args.map((each) => each === undefined ? null : each), await play(form, name, args, opened)]);
    }
    for (const each of opened) {
      try {
        if (typeof each === 'number') fs.closeSync(each); else await each?.close();
      } catch { /* closed by the program */ }
    }
    const tree = left();
    process.chdir(home);
    fs.rmSync(folder, { recursive: true });
    console.log(JSON.stringify([form, calls, tree]));
  }
}
main();
