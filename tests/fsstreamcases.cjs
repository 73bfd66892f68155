// Random programs of file streams, with the events that Node gives: node fsstreamcases.cjs SEED COUNT
// One line of JSON per program: [kind, path, options, how it is read, actions, log, what is left]. An action is
// [when, n, what, arguments]: at the n-th time of an event, or "now". fsstreamcases.py plays them.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const { Writable } = require('stream');
const { random, pick } = require('./random.cjs');
const count = Number(process.argv[3]);
process.umask(0o022);

const CONTENT = Buffer.from(Array.from({ length: 100 }, (_, i) => (i * 37 + 11) & 0xff));
const PATHS = ['file', 'file', 'file', 'file', 'empty', 'text', 'dir', 'nope', 'nope/x', 'fd', 'handle', 'bad'];
const some = (table) => Object.fromEntries(Object.entries(table).filter(() => !random(3)).map(([name, make]) => [name, make()]));
const READ = { start: () => pick([0, 1, 5, 50, 99, 100, 200]), end: () => pick([0, 3, 49, 99, 150]), highWaterMark: () => pick([1, 7, 16, 64, 1000]),
  encoding: () => pick(['utf8', 'hex', 'latin1', 'base64', 'utf16le']), autoClose: () => random(3) > 0, emitClose: () => random(4) > 0, flags: () => pick(['r', 'r+', 'a+', 'w+', 'wx']) };
const WRITE = { start: () => pick([0, 1, 5, 50]), highWaterMark: () => pick([1, 4, 16, 1000]), encoding: () => pick(['utf8', 'latin1', 'hex']),
  autoClose: () => random(3) > 0, emitClose: () => random(4) > 0, flags: () => pick(['w', 'r+', 'a', 'wx', 'w+', 'ax']), flush: () => random(2) > 0, mode: () => pick([0o600, 0o644]) };
const READERS = ['data', 'data', 'readable', 'iterator', 'pipe', 'none', 'resume'];
const READ_EVENTS = ['now', 'now', 'tick', 'open', 'ready', 'data', 'data', 'data', 'readable', 'end', 'error', 'close', 'pause', 'resume'];
const READ_ACTS = ['destroy', 'destroy', 'fail', 'close', 'pause', 'resume', 'resumeLater', 'read', 'unpipe', 'setEncoding'];
const WRITE_EVENTS = ['now', 'now', 'now', 'now', 'tick', 'open', 'ready', 'drain', 'finish', 'error', 'written', 'written', 'close'];
const WRITE_ACTS = ['write', 'write', 'write', 'write', 'writeText', 'end', 'end', 'endText', 'cork', 'uncork', 'destroy', 'fail', 'close', 'destroySoon'];
const TEXTS = ['', 'a', 'bcd', 'é€', '6162', 'a longer piece of text', 'z'.repeat(40)];

function actions(isRead) {
  const found = [];
  for (let n = isRead ? random(4) : 2 + random(7); n > 0; n--) {
    found.push([pick(isRead ? READ_EVENTS : WRITE_EVENTS), random(3), pick(isRead ? READ_ACTS : WRITE_ACTS), pick(TEXTS)]);
  }
  return found;
}

function build() {
  fs.writeFileSync('file', CONTENT);
  fs.writeFileSync('empty', '');
  fs.writeFileSync('text', 'é€😀'.repeat(8));
  fs.mkdirSync('dir');
}

const text = (value) => value === null || value === undefined ? null : typeof value === 'string' ? value : Buffer.isBuffer(value) ? { bytes: value.toString('latin1') } : String(value);

class Run {
  constructor(stream, log, acts) {
    Object.assign(this, { stream, log, acts, seen: {}, writes: 0 });
    const emit = stream.emit;
    const run = this;
    stream.emit = function(name, ...args) {
      if (typeof name === 'symbol') return emit.call(this, name, ...args);
      if (name !== 'newListener' && name !== 'pipe' && name !== 'unpipe') log.push(name === 'data' ? ['data', text(args[0])] : name === 'error' ? ['error', args[0].code ?? args[0].message, args[0].syscall ?? null] : [name]);
      const result = emit.call(this, name, ...args);
      run.at(name);
      return result;
    };
    stream.on('error', () => 0);
  }
  at(when) {
    const n = this.seen[when] ?? 0;
    this.seen[when] = n + 1;
    for (const [event, nth, what, value] of this.acts) if (event === when && nth === n) this.act(what, value);
  }
  begin() {
    for (const [event, , what, value] of this.acts) {
      if (event === 'now') this.act(what, value);
      if (event === 'tick') process.nextTick(() => this.act(what, value));
    }
  }
  act(what, value) {
    const { stream, log } = this;
    const done = (name) => (error) => { log.push([name, error ? error.code ?? error.message : null]); if (name === 'written') this.at('written'); };
    try {
      switch (what) {
        case 'destroy': stream.destroy(); break;
        case 'fail': stream.destroy(new Error('mine')); break;
        case 'close': stream.close(done('closed')); break;
        case 'pause': stream.pause?.(); break;
        case 'resume': stream.resume?.(); break;
        case 'resumeLater': stream.pause(); process.nextTick(() => stream.resume()); break;
        case 'read': log.push(['read', text(stream.read(3))]); break;
        case 'unpipe': stream.unpipe(); break;
        case 'setEncoding': stream.setEncoding('latin1'); break;
        case 'write': log.push(['wrote', stream.write(Buffer.from(value), done('written'))]); break;
        case 'writeText': log.push(['wrote', stream.write(value, 'latin1', done('written'))]); break;
        case 'end': stream.end(done('ended')); break;
        case 'endText': stream.end(value, done('ended')); break;
        case 'destroySoon': stream.destroySoon(); break;
        default: stream[what]();
      }
    } catch (error) {
      log.push(['raised', error.code]);
    }
  }
}

function consume(stream, how, log) {
  if (how === 'data') stream.on('data', () => 0);
  else if (how === 'resume') stream.resume();
  else if (how === 'readable') stream.on('readable', () => { let chunk; while ((chunk = stream.read()) !== null) log.push(['got', text(chunk)]); });
  else if (how === 'pipe') {
    const got = [];
    const sink = new Writable({ highWaterMark: 10, write(chunk, encoding, callback) { got.push(chunk.toString('latin1')); process.nextTick(callback); } });
    sink.on('finish', () => log.push(['piped', got.join('')]));
    stream.pipe(sink);
  } else if (how === 'iterator') {
    (async () => {
      try {
        for await (const chunk of stream) log.push(['next', text(chunk)]);
        log.push(['over']);
      } catch (error) {
        log.push(['failed', error.code ?? error.message]);
      }
    })();
  }
}

const quiet = async (log) => {
  for (let before = -1; before !== log.length;) {
    before = log.length;
    for (let n = 0; n < 3; n++) await new Promise((resolve) => setTimeout(resolve, 4));
  }
};

// A handle that is still used must not be collected as garbage: Node would end the process.
const handles = [];

async function main() {
  const home = process.cwd();
  for (let left = count; left > 0; left--) {
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fsstreams-')));
    process.chdir(folder);
    build();
    const isRead = random(2) === 0, where = pick(PATHS), options = some(isRead ? READ : WRITE);
    if (options.end < options.start) delete options.start;
    const how = isRead ? pick(READERS) : null, acts = actions(isRead), log = [];
    const given = { ...options };
    let target = where, handle;
    if (where === 'fd') { given.fd = fs.openSync('file', 'r+'); target = null; }
    if (where === 'bad') { given.fd = 77777; target = null; }
    if (where === 'handle') { handle = await fs.promises.open('file', 'r+'); handles.push(handle); given.fd = handle; target = null; }
    const stream = isRead ? fs.createReadStream(target, given) : fs.createWriteStream(target, given);
    const run = new Run(stream, log, acts);
    if (isRead) consume(stream, how, log);
    run.begin();
    await quiet(log);
    log.push(['state', stream.pending, stream.destroyed, stream.closed, isRead ? stream.bytesRead : stream.bytesWritten, stream.errored?.code ?? stream.errored?.message ?? null]);
    const content = Object.fromEntries(['file', 'empty', 'nope'].filter((name) => fs.existsSync(name)).map((name) => [name, fs.readFileSync(name, 'latin1')]));
    if (typeof stream.fd === 'number' && stream.fd !== 77777 && !handle) try { fs.closeSync(stream.fd); } catch { /* closed */ }
    process.chdir(home);
    fs.rmSync(folder, { recursive: true });
    console.log(JSON.stringify([isRead ? 'read' : 'write', where, options, how, acts, log, content]));
  }
  process.exit(0);
}
main();
