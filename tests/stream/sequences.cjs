// The interpreter of tests/streamsequences.py for Node: reads an array of cases, writes an array of logs.
//   node sequences.cjs CASES.json LOGS.json
'use strict';
const fs = require('fs');
const streams = require('stream');
const TURNS = 40; // turns of the loop between two groups: enough for every chain of immediates that is made

const word = (error) => String(error.code || error.message);
const given = (chunk) => (chunk === null ? null : Buffer.from(chunk));
const shown = (value) => (value === undefined ? null : Buffer.isBuffer(value) ? value.toString() : value);
const flag = (value) => (value === null ? 'n' : value === true ? '1' : value === false ? '0' : String(value));

function schedule(mode, action) {
  if (mode === 'sync') action();
  else if (mode === 'tick') process.nextTick(action);
  else if (mode === 'imm') setImmediate(action);
}
function answer(step, callback, error = null) {
  if (step.throw) throw new Error(step.throw);
  schedule(step.mode, () => {
    callback(step.error ? new Error(step.error) : error);
    if (step.twice) callback();
  });
}
function state(stream) {
  const r = stream._readableState, w = stream._writableState, parts = [];
  if (r) {
    parts.push('R', r.length, r.flowing, r.paused, r.ended, r.endEmitted, r.reading, r.needReadable);
    parts.push(r.emittedReadable, r.readableListening, r.resumeScheduled, r.dataEmitted, stream.readable);
    parts.push(stream.readableAborted, stream.isPaused());
  }
  if (w) {
    parts.push('W', w.length, w.needDrain, w.ending, w.finished, w.writing, w.corked, w.pendingcb);
    parts.push(w.prefinished, stream.writable, stream.writableNeedDrain);
  }
  parts.push('S', stream.destroyed, stream.closed, stream.errored == null ? '-' : word(stream.errored));
  return parts.map(flag).join(' ');
}

class Player {
  constructor(made) {
    Object.assign(this, { made, log: [], streams: {}, listeners: {}, shared: {}, number: 0 });
  }
  group(index) {
    if (index === 0) for (const [name, how] of Object.entries(this.made.streams)) this.streams[name] = this.build(name, how);
    this.log.push(['--']);
    for (const call of this.made.groups[index]) this.call(call);
  }
  build(name, how) {
    const log = this.log, options = { ...how.options };
    const next = (steps, rest) => (steps.length ? steps.shift() : rest);
    if (how.read) {
      const steps = [...how.read];
      options.read = function (size) {
        log.push([name, '_read', size]);
        const step = next(steps);
        if (step) schedule(step.mode, () => {
          for (const chunk of step.push) log.push([name, 'pushed', this.push(given(chunk))]);
          if (step.error) this.destroy(new Error(step.error));
        });
      };
    }
    if (how.write) {
      const steps = [...how.write.steps];
      options.write = (chunk, encoding, callback) => {
        log.push([name, '_write', shown(chunk), encoding, state(this.streams[name])]);
        answer(this.from(next(steps, how.write.rest)), callback);
      };
      if (how.write.writev) options.writev = (chunks, callback) => {
        log.push([name, '_writev', chunks.map((entry) => shown(entry.chunk)), chunks.allBuffers]);
        answer(next(steps, how.write.rest), callback);
      };
    }
    if (how.transform) {
      const steps = [...how.transform.steps], player = this;
      options.transform = function (chunk, encoding, callback) {
        log.push([name, '_transform', shown(chunk), state(this)]);
        const step = player.from(next(steps, how.transform.rest));
        schedule(step.mode, () => {
          for (const each of step.push || []) log.push([name, 'pushed', this.push(given(each))]);
          if (step.error) callback(new Error(step.error));
          else callback(null, step.same ? chunk : null);
          log.push([name, 'transformed', state(this)]);
        });
      };
    }
    if (how.flush) options.flush = function (callback) {
      log.push([name, '_flush']);
      schedule(how.flush.mode, () => {
        for (const chunk of how.flush.push) this.push(given(chunk));
        callback(how.flush.error ? new Error(how.flush.error) : null);
      });
    };
    for (const hook of ['final', 'construct', 'destroy']) {
      if (!how[hook]) continue;
      const run = (error, callback) => {
        log.push([name, '_' + hook, error === null ? null : word(error)]);
        answer(how[hook], callback, error);
      };
      options[hook] = hook === 'destroy' ? run : (callback) => run(null, callback);
    }
    const made = new streams[how.class](options);
    for (const event of how.events) {
      made.on(event, (first) => log.push([name, event, event === 'error' ? word(first) : null, state(made)]));
    }
    return made;
  }
  from(step) {
    if (step.call) this.call(step.call);
    return step;
  }
  call([name, method, ...args]) {
    const stream = this.streams[name];
    try {
      const result = this[method](name, stream, ...args);
      this.log.push([name, 'called ' + method, shown(result), state(stream)]);
    } catch (error) {
      this.log.push([name, method + ' threw', word(error), state(stream)]);
    }
  }
  push(name, stream, chunk) { return stream.push(given(chunk)); }
  unshift(name, stream, chunk) { return stream.unshift(given(chunk)); }
  read(name, stream, ...size) { return stream.read(...size); }
  pause(name, stream) { stream.pause(); }
  resume(name, stream) { stream.resume(); }
  cork(name, stream) { stream.cork(); }
  uncork(name, stream) { stream.uncork(); }
  destroy(name, stream, error) { stream.destroy(error === null ? null : new Error(error), this.callback(name, 'destroy')); }
  onData(name, stream, reactions) {
    const waiting = [...reactions];
    this.listen(name, stream, 'data', (chunk) => {
      this.log.push([name, 'data', shown(chunk), state(stream)]);
      if (waiting.length) this.call(waiting.shift());
    });
  }
  onReadable(name, stream, how) {
    this.listen(name, stream, 'readable', () => {
      this.log.push([name, 'readable', null, state(stream)]);
      while (how !== 'none') {
        const chunk = stream.read();
        this.log.push([name, 'got', shown(chunk)]);
        if (chunk === null || how === 'one') break;
      }
    });
  }
  listen(name, stream, event, listener) {
    (this.listeners[name + event] ||= []).push(listener);
    stream.on(event, listener);
  }
  offData(name, stream) { this.forget(name, stream, 'data'); }
  offReadable(name, stream) { this.forget(name, stream, 'readable'); }
  forget(name, stream, event) {
    const known = this.listeners[name + event];
    if (known && known.length) stream.removeListener(event, known.pop());
  }
  pipe(name, stream, target, end = true) { stream.pipe(this.streams[target], { end }); }
  unpipe(name, stream, ...target) { stream.unpipe(...target.map((each) => this.streams[each])); }
  write(name, stream, chunk, callback) { return stream.write(given(chunk), ...this.callbacks(name, 'write', callback)); }
  end(name, stream, chunk, callback) {
    stream.end(...(chunk === null ? [] : [given(chunk)]), ...this.callbacks(name, 'end', callback));
  }
  finished(name, stream, options) { streams.finished(stream, options, this.callback(name, 'finished')); }
  tick(name, stream, call) { process.nextTick(() => this.call(call)); }
  imm(name, stream, call) { setImmediate(() => this.call(call)); }
  callbacks(name, what, kind) {
    if (kind === 'none') return [];
    if (kind === 'own') return [this.callback(name, what)];
    return [this.shared[name] ||= this.callback(name, 'shared ' + what)];
  }
  callback(name, what) {
    const label = `${what} callback ${++this.number}`;
    return (error) => this.log.push([name, label, error == null ? null : word(error), state(this.streams[name])]);
  }
}

const cases = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const logs = [];
let player = null;
process.on('uncaughtException', (error) => player.log.push(['uncaught', word(error)]));
const turns = (count, then) => (count ? setImmediate(turns, count - 1, then) : then());

function play(index) {
  if (index === cases.length) {
    fs.writeFileSync(process.argv[3], JSON.stringify(logs));
    return;
  }
  player = new Player(cases[index]);
  const group = (number) => {
    if (number < cases[index].groups.length) {
      player.group(number);
      turns(TURNS, () => group(number + 1));
      return;
    }
    for (const [name, stream] of Object.entries(player.streams)) player.log.push([name, 'final', state(stream)]);
    logs.push(player.log);
    turns(2, () => play(index + 1));
  };
  setImmediate(group, 0);
}
play(0);
