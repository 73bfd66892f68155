// The interpreter of tests/streamprograms.py for Node: reads an array of programs, writes an array of logs.
//   node programs.cjs PROGRAMS.json LOGS.json
'use strict';
const fs = require('fs');
const S = require('stream'), promises = require('stream/promises');
const { EventEmitter, once, on } = require('events');
const { Readable, Writable, Duplex, Transform, PassThrough } = S;
const TURNS = 40; // turns of the loop between two groups of calls

const word = (error) => (error == null ? null : String(error.code || error.message || error));
const shown = (value) => (value === undefined ? null : value instanceof Error ? word(value) : value);
const wait = (mode) => new Promise((go) => {
  if (mode === 'micro') go();
  else if (mode === 'tick') process.nextTick(go);
  else setImmediate(go);
});
function schedule(mode, action) {
  if (mode === 'sync') action();
  else if (mode === 'tick') process.nextTick(action);
  else setImmediate(action);
}

class Player {
  constructor(program) { Object.assign(this, { program, log: [], things: {} }); }
  note(...entry) { this.log.push(entry.map(shown)); }

  group(index) {
    if (index === 0) for (const [name, how] of Object.entries(this.program.things)) this.things[name] = this.build(name, how);
    this.note('--');
    for (const call of this.program.groups[index]) this.call(call);
  }
  call([what, ...args]) {
    try {
      this[what](...args);
    } catch (error) {
      this.note(what + ' threw', word(error));
    }
  }

  // -- things

  build(name, how) { return this['make_' + how.type](name, how); }
  watch(name, stream, how) {
    for (const event of how.events || []) stream.on(event, (first) => this.note(name, event, event === 'error' ? word(first) : null));
    return stream;
  }
  make_source(name, how) {
    let index = 0;
    return this.watch(name, new Readable({ objectMode: true, highWaterMark: how.mark, read() {
      const at = index++;
      schedule(how.mode, () => {
        if (at === how.failAt) this.destroy(new Error('source failed'));
        else if (at < how.chunks.length) this.push(how.chunks[at]);
        else if (at === how.chunks.length) this.push(null);
      });
    } }), how);
  }
  make_manual(name, how) { return this.watch(name, new Readable({ objectMode: true, highWaterMark: how.mark, read() {} }), how); }
  make_pass(name, how) { return this.watch(name, new PassThrough({ objectMode: true, highWaterMark: how.mark, allowHalfOpen: how.half }), how); }
  make_transform(name, how) {
    let index = 0;
    const options = { objectMode: true, highWaterMark: how.mark, transform(chunk, encoding, callback) {
      const at = index++;
      schedule(how.mode, () => {
        if (at === how.failAt) { callback(new Error('transform failed')); return; }
        for (let i = 1; i < how.times; i++) this.push(chunk + i);
        callback(null, how.times ? chunk : undefined);
      });
    } };
    if (how.flush) options.flush = (callback) => schedule(how.flush.mode, () => (
      how.flush.fails ? callback(new Error('flush failed')) : callback(null, 'tail')));
    return this.watch(name, new Transform(options), how);
  }
  make_duplex(name, how) {
    return this.watch(name, new Duplex({ objectMode: true, allowHalfOpen: how.half, read() {}, write(chunk, encoding, callback) {
      schedule(how.mode, () => { this.push(chunk); callback(); });
    }, final(callback) { if (how.ends) this.push(null); callback(); } }), how);
  }
  make_sink(name, how) {
    let index = 0;
    const options = { objectMode: true, highWaterMark: how.mark, write: (chunk, encoding, callback) => {
      this.note(name, 'took', chunk);
      const at = index++;
      schedule(how.mode, () => callback(at === how.failAt ? new Error('sink failed') : null));
    } };
    if (how.final) options.final = (callback) => schedule(how.final.mode, () => callback(how.final.fails ? new Error('final failed') : null));
    return this.watch(name, new Writable(options), how);
  }
  make_array(name, how) { return how.chunks; }
  make_generator(name, how) {
    const player = this;
    return (async function* () {
      try {
        let index = 0;
        for (const chunk of how.chunks) {
          if (how.wait !== 'none') await wait(how.wait);
          if (index++ === how.throwAt) throw new Error('generator failed');
          yield chunk;
        }
      } finally {
        player.note(name, 'left');
      }
    })();
  }
  make_plain(name, how) { // an ordinary generator
    const player = this;
    return (function* () {
      try {
        let index = 0;
        for (const chunk of how.chunks) {
          if (index++ === how.throwAt) throw new Error('generator failed');
          yield chunk;
        }
      } finally {
        player.note(name, 'left');
      }
    })();
  }
  make_through(name, how) { // a generator function, for the midst of a pipeline
    const player = this;
    return async function* (source) {
      try {
        let index = 0;
        for await (const chunk of source) {
          player.note(name, 'saw', chunk);
          if (how.wait !== 'none') await wait(how.wait);
          if (index === how.throwAt) throw new Error('through failed');
          if (index++ === how.leaveAt) return;
          for (let i = 0; i < how.times; i++) yield chunk + (i || '');
        }
      } finally {
        player.note(name, 'left');
      }
    };
  }
  make_collect(name, how) { // an async function, for the end of a pipeline
    const player = this;
    return async function (source) {
      try {
        let index = 0;
        for await (const chunk of source) {
          player.note(name, 'saw', chunk);
          if (how.wait !== 'none') await wait(how.wait);
          if (index === how.throwAt) throw new Error('collect failed');
          if (index++ === how.leaveAt) break;
        }
        return how.value === null ? undefined : how.value;
      } finally {
        player.note(name, 'left');
      }
    };
  }
  make_old(name, how) { // a stream of the first versions of Node, with some of the methods
    const old = new S.Stream();
    for (const flag of how.flags) old[flag] = true;
    for (const method of how.methods) old[method] = (first) => {
      this.note(name, method, first);
      return method === 'write' ? true : undefined;
    };
    return this.watch(name, old, how);
  }
  make_signal() { return new AbortController(); }
  make_emitter() { return new EventEmitter(); }

  // -- calls: what makes something of several

  pipeline(names, how) {
    const links = names.map((each) => this.things[each]);
    if (how.promise) {
      const options = {};
      if (how.signal) options.signal = this.things[how.signal].signal;
      if (how.end === false) options.end = false;
      promises.pipeline(...links, options).then((value) => this.note('pipeline', null, value), (error) => this.note('pipeline', word(error)));
    } else {
      S.pipeline(...links, (error, value) => this.note('pipeline', word(error), value));
    }
  }
  compose(name, names, events) { this.things[name] = this.watch(name, S.compose(...names.map((each) => this.things[each])), { events }); }
  duplexFrom(name, of, events) { this.things[name] = this.watch(name, Duplex.from(this.things[of]), { events }); }
  duplexOf(name, readable, writable, events) {
    this.things[name] = this.watch(name, Duplex.from({ readable: this.things[readable], writable: this.things[writable] }), { events });
  }
  from(name, of, options, events) { this.things[name] = this.watch(name, Readable.from(this.things[of], options), { events }); }
  helper(name, of, method, how, events) {
    const stream = this.things[of], options = this.options(how);
    const made = 'count' in how ? stream[method](how.count, options) : stream[method](this.fn(name, how), options);
    this.things[name] = this.watch(name, made, { events });
  }
  value(name, of, method, how) {
    const options = this.options(how), args = method === 'toArray' ? [options] : [this.fn(name, how)];
    if (method === 'reduce') args.push(...('initial' in how ? [how.initial, options] : []));
    else if (method !== 'toArray') args.push(options);
    this.things[of][method](...args).then((value) => this.note(name, 'value', value), (error) => this.note(name, 'failed', word(error)));
  }
  options(how) {
    const options = {};
    if (how.concurrency) options.concurrency = how.concurrency;
    if (how.mark != null) options.highWaterMark = how.mark;
    if (how.signal) options.signal = this.things[how.signal].signal;
    return options;
  }
  fn(name, how) {
    let index = 0;
    const calculate = (...chunks) => {
      const at = index++;
      this.note(name, 'called', chunks.join(' '));
      if (at === how.throwAt) throw new Error('function failed');
      if (how.gives === 'true') return true;
      if (how.gives === 'false') return false;
      if (how.gives === 'odd') return at % 2 === 1;
      if (how.gives === 'list') return chunks.concat(chunks);
      return chunks.join('');
    };
    const few = how.arity === 2 ? (one, other) => calculate(one, other) : (one) => calculate(one);
    if (how.wait === 'none') return few;
    return async (one, other) => { await wait(how.wait); return few(one, other); };
  }
  iterate(name, of, how) {
    const player = this, stream = this.things[of];
    const source = how.keep ? stream.iterator({ destroyOnReturn: false }) : stream;
    (async () => {
      let index = 0;
      for await (const chunk of source) {
        player.note(name, 'saw', chunk);
        if (how.wait !== 'none') await wait(how.wait);
        if (index === how.throwAt) throw new Error('loop failed');
        if (index++ === how.leaveAt) break;
      }
    })().then(() => this.note(name, 'over'), (error) => this.note(name, 'failed', word(error)));
  }
  iterator(name, of, how) { this.things[name] = how.keep ? this.things[of].iterator({ destroyOnReturn: false }) : this.things[of][Symbol.asyncIterator](); }
  step(name, promise, index) {
    promise.then(({ done, value }) => this.note(name, index, done ? 'stop' : value), (error) => this.note(name, index, 'failed', word(error)));
  }
  next(name, index) { this.step(name, this.things[name].next(), index); }
  leave(name, index) { this.step(name, this.things[name].return(), index); }
  throwInto(name, index) { this.step(name, this.things[name].throw(new Error('thrown in')), index); }
  once(name, of, event, how) {
    once(this.things[of], event, this.options(how)).then((value) => this.note(name, 'once', value.map(shown).join(' ')), (error) => this.note(name, 'failed', word(error)));
  }
  on(name, of, event, how) {
    const options = this.options(how);
    if (how.close) options.close = how.close;
    this.things[name] = on(this.things[of], event, options);
  }
  event(name, index) {
    const step = this.things[name].next();
    step.then(({ done, value }) => this.note(name, index, done ? 'stop' : value.map(shown).join(' ')), (error) => this.note(name, index, 'failed', word(error)));
  }
  finish(name) { this.things[name].return(); }
  emit(of, event, ...args) { this.note('emitted', this.things[of].emit(event, ...(event === 'error' ? [new Error(args[0])] : args))); }
  listen(name, of, event) { this.things[of].on(event, (first) => this.note(name, event, first)); }

  // -- calls: on one stream

  pipe(name, target) { this.things[name].pipe(this.things[target]); }
  wrap(made, of, events) { this.things[made] = this.watch(made, new Readable({ objectMode: true }).wrap(this.things[of]), { events }); }

  push(name, chunk) { this.note(name, 'pushed', this.things[name].push(chunk)); }
  write(name, chunk) { this.note(name, 'written', this.things[name].write(chunk)); }
  end(name) { this.things[name].end(); }
  destroy(name, error) { this.things[name].destroy(error === null ? null : new Error(error)); }
  destroyThing(name, error) { S.destroy(this.things[name], error === null ? undefined : new Error(error)); }
  resume(name) { this.things[name].resume(); }
  pause(name) { this.things[name].pause(); }
  data(name) { this.things[name].on('data', (chunk) => this.note(name, 'data', chunk)); }
  read(name) { this.note(name, 'read', this.things[name].read()); }
  abort(name) { this.things[name].abort(); }
  obey(name, signal) { S.addAbortSignal(this.things[signal].signal, this.things[name]); }
  finished(name, options) { S.finished(this.things[name], options, (error) => this.note(name, 'finished', word(error))); }
  finishedLater(name, options) {
    promises.finished(this.things[name], options).then(() => this.note(name, 'finished'), (error) => this.note(name, 'finished', word(error)));
  }
  later(mode, call) {
    if (mode === 'micro') queueMicrotask(() => this.call(call));
    else schedule(mode, () => this.call(call));
  }
  state() {
    for (const [name, thing] of Object.entries(this.things)) {
      if (typeof thing !== 'object' || !('destroyed' in thing)) continue;
      this.note(name, 'final', thing.destroyed, thing.closed, word(thing.errored), thing.readable ?? null, thing.writable ?? null);
    }
  }
}

const programs = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const logs = [];
let player = null;
process.on('uncaughtException', (error) => player.note('uncaught', word(error)));
process.on('unhandledRejection', (error) => player.note('unhandled', word(error)));
const turns = (count, then) => (count ? setImmediate(turns, count - 1, then) : then());

function play(index) {
  if (index === programs.length) {
    fs.writeFileSync(process.argv[3], JSON.stringify(logs));
    process.exit();
  }
  player = new Player(programs[index]);
  const group = (number) => {
    if (number < programs[index].groups.length) {
      player.group(number);
      turns(TURNS, () => group(number + 1));
      return;
    }
    player.state();
    logs.push(player.log);
    turns(2, () => play(index + 1));
  };
  setImmediate(group, 0);
}
play(0);
