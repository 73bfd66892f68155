// Plays programs of tools/fuzz_bytes.py: a JSON line each on standard input, `[index, log]` as a line on standard output.
'use strict';
const readline = require('readline');

const VIEWS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };

function plain(value) {
  if (value === undefined || value === null) return null;
  if (ArrayBuffer.isView(value)) return [Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1'), value.BYTES_PER_ELEMENT ?? 1];
  if (value instanceof Error) return { error: [value.name, value.message.replace(/Received .*/s, '')] };
  if (typeof value === 'object' && 'done' in value) return { value: plain(value.value), done: value.done };
  return typeof value === 'object' ? Object.prototype.toString.call(value) : value;
}

class Player {
  constructor({ auto, mark, pulls }) {
    this.log = [];
    this.pulls = [...pulls];
    this.streams = [];
    this.readers = [];
    this.streams.push(new ReadableStream({
      type: 'bytes',
      autoAllocateChunkSize: auto ?? undefined,
      start: (controller) => {
        this.controller = controller;
      },
      pull: () => this.pull(),
      cancel: (reason) => {
        this.log.push(['cancel', plain(reason)]);
      },
    }, { highWaterMark: mark }));
  }

  pull() {
    const action = this.pulls.shift();
    this.log.push(['pull', this.controller.byobRequest?.view.byteLength ?? null]);
    if (action) this.attempt('pulled', action);
  }

  /** One step, and what comes of it. */
  attempt(at, step) {
    try {
      const value = this.perform(step);
      if (value instanceof Promise) {
        value.then((found) => this.log.push([at, 'then', plain(found)]), (error) => this.log.push([at, 'catch', plain(error)]));
      } else {
        this.log.push([at, plain(value)]);
      }
    } catch (error) {
      this.log.push([at, 'throws', plain(error)]);
    }
  }

  perform([kind, ...args]) {
    const { controller } = this;
    switch (kind) {
      case 'enqueue': return controller.enqueue(new Uint8Array([...args[0]].map((each) => each.charCodeAt(0))));
      case 'close': return controller.close();
      case 'error': return controller.error(new Error('broken'));
      case 'desired': return controller.desiredSize;
      case 'request': return controller.byobRequest?.view?.byteLength ?? 'none';
      case 'respond': return this.respond(args[0]);
      case 'respondView': return this.respondView(...args);
      case 'reader': {
        const stream = this.streams[args[0] % this.streams.length];
        this.readers.push([args[1] ? stream.getReader({ mode: 'byob' }) : stream.getReader(), args[1]]);
        return 'reader';
      }
      case 'read': return this.read(...args);
      case 'closed': return this.reader(args[0])?.[0].closed ?? 'none';
      case 'release': return this.reader(args[0])?.[0].releaseLock() ?? 'none';
      case 'cancel': return this.reader(args[0])?.[0].cancel(args[1]) ?? 'none';
      case 'cancelStream': return this.streams[args[0] % this.streams.length].cancel(args[1]);
      case 'tee': {
        if (this.streams.length > 4) return 'enough';
        this.streams.push(...this.streams[args[0] % this.streams.length].tee());
        return 'tee';
      }
    }
  }

  reader(index) {
    return this.readers[index % (this.readers.length || 1)];
  }

  read(index, items, size, min, offset) {
    const found = this.reader(index);
    if (found === undefined) return 'none';
    const [reader, isByob] = found;
    return isByob ? reader.read(new VIEWS[size](new ArrayBuffer((items + offset) * size), offset * size, items), { min }) : reader.read();
  }

  respond(size) {
    const request = this.controller.byobRequest;
    if (!request) return 'none';
    request.view?.fill(46);
    return request.respond(size);
  }

  respondView(skip, size) {
    const request = this.controller.byobRequest;
    if (!request) return 'none';
    const { buffer, byteOffset, byteLength } = request.view;
    if (skip + size > byteLength) return 'beyond';
    const view = new Uint8Array(buffer, byteOffset + skip, size);
    view.fill(58);
    return request.respondWithNewView(view);
  }
}

let isBroken = false;

/** What comes of a program; null if Node itself fails. */
async function play(program) {
  isBroken = false;
  const player = new Player(program);
  for (const [at, step] of program.steps.entries()) {
    if (step[0] === 'turn') await new Promise(setImmediate);
    else player.attempt(at, step);
  }
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  return isBroken ? null : player.log;
}

async function main() {
  let at = 0;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(JSON.stringify([at++, await play(JSON.parse(line))]));
  }
}
process.on('unhandledRejection', () => {});
// An assertion of Node's own, where a branch of a tee has lost the reader that it reads for.
process.on('uncaughtException', () => {
  isBroken = true;
});
main();
