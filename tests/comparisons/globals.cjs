// Comparisons of Node's globals: see globals.py.
'use strict';
const http = require('http');

/** Answers one request after the other with `answers`, then with 204. What is noted has no port. */
async function serving(answers, run) {
  const log = [];
  const waiting = [...answers];
  const server = http.createServer((req, res) => {
    const { status = 204, type = 'text/event-stream', location, pieces = [], isCut = false } = waiting.shift() ?? {};
    log.push(['request', req.url, req.headers.accept, req.headers['last-event-id'], req.headers['cache-control']]);
    res.statusCode = status;
    if (type) res.setHeader('content-type', type);
    if (location) res.setHeader('location', location);
    for (const piece of pieces) res.write(piece);
    if (isCut) res.write(' ', () => req.socket.destroy());
    else res.end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${server.address().port}`;
  try {
    await run(base, (...entry) => log.push(entry.map((each) => (typeof each === 'string' ? each.replace(base, 'BASE') : each))));
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return log;
}

/** Everything an EventSource tells until it is closed, or until there were so many errors. */
const eventsOf = (answers, { path = '/', errors = 9, types = [], isClosing = false } = {}) => serving(answers, (base, log) => new Promise((done) => {
  const source = new EventSource(base + path, { node: { reconnectionTime: 1 } });
  log('made', source.readyState, source.url, source.withCredentials);
  source.onopen = (event) => log(event.type, event.constructor.name, source.readyState);
  const note = (event) => {
    log(event.type, event.constructor.name, event.data, event.lastEventId, event.origin, source.readyState);
    if (isClosing) {
      source.close();
      log('closed', source.readyState);
      setTimeout(done, 5);
    }
  };
  source.onmessage = note;
  for (const type of types) source.addEventListener(type, note);
  const awake = setInterval(() => {}, 1000); // the timer of EventSource does not keep Node running
  source.onerror = (event) => {
    log(event.type, event.constructor.name, event.bubbles, event.cancelable, source.readyState);
    if (--errors === 0) source.close();
    if (source.readyState === EventSource.CLOSED) {
      clearInterval(awake);
      done();
    }
  };
}));

function each(functions) {
  return functions.map((run) => {
    try {
      return run();
    } catch (error) {
      return [error.name, error.message, error.code ?? null];
    }
  });
}

module.exports = {
  eventSourceReceives: () => eventsOf([{ status: 200, pieces: ['id: 7\nretry: 2\ndata: a\n\nevent: x\ndata: b\ndata\n\n', ': only\nid: 8\n\ndata: lost'] }], { types: ['x'] }),
  eventSourceIsCutOff: () => eventsOf([{ status: 200, pieces: ['data: a\n\n'], isCut: true }, { status: 200, pieces: ['id: é€\n\n'] }]),
  eventSourceHasAnotherType: async () => [
    await eventsOf([{ status: 200, type: 'text/plain', pieces: ['data: a\n\n'] }]),
    await eventsOf([{ status: 200, type: '' }]),
    await eventsOf([{ status: 200, type: 'Text/Event-Stream ; charset=x', pieces: ['data: a\n\n'] }]),
    await eventsOf([{ status: 200, type: 'text/event-streams', pieces: ['data: a\n\n'] }]),
  ],
  eventSourceHasAnotherStatus: async () => {
    const found = [];
    for (const status of [201, 204, 205, 304, 400, 404, 500, 503, 599]) found.push(await eventsOf([{ status, pieces: status === 201 || status >= 400 ? ['data: a\n\n'] : [] }]));
    return found;
  },
  eventSourceIsRedirected: async () => {
    const found = [];
    for (const status of [301, 302, 303, 307, 308]) found.push(await eventsOf([{ status, location: '/there' }, { status: 200, pieces: ['data: a\n\n'] }], { path: '/here' }));
    found.push(await eventsOf([{ status: 302, location: 'http://[' }], { errors: 1 }), await eventsOf([{ status: 302 }]));
    return found;
  },
  eventSourceIsClosed: () => eventsOf([{ status: 200, pieces: ['data: a\n\n'] }], { isClosing: true }),
  eventSourceFindsNobody: async () => {
    const log = [];
    await serving([], async (base) => log.push(base));
    return await new Promise((done) => {
      const awake = setInterval(() => {}, 1000);
      const source = new EventSource(log.pop(), { withCredentials: true, node: { reconnectionTime: 1 } });
      log.push(source.withCredentials);
      source.addEventListener('error', () => {
        log.push(source.readyState);
        if (log.length === 4) {
          source.close();
          clearInterval(awake);
          done(log);
        }
      });
    });
  },
  eventSourceOfADataUrl: () => new Promise((done) => {
    const log = [];
    const source = new EventSource('data:text/event-stream,id:1%0Adata: x%0A%0A');
    source.onmessage = ({ data, origin, lastEventId }) => log.push([data, origin, lastEventId]);
    source.onerror = () => {
      log.push(source.readyState);
      source.close();
      done(log);
    };
  }),
  eventSourceArguments: () => each([
    ...[[], [''], ['/x'], ['http://['], [undefined], ['http://a.test/', 5], ['http://a.test/', 'x'], ['http://a.test/', true], ['http://a.test/', { node: 5 }]].map((args) => () => new EventSource(...args)),
    ...[['http://a.test:80/#f'], ['ftp://a.test'], ['http://u:p@a.test/', null], ['http://a.test/é', { withCredentials: 'x' }], ['http://a.test/', { node: { reconnectionTime: 'x' } }]].map((args) => () => {
      const source = new EventSource(...args);
      source.close();
      return [source.url, source.withCredentials, source.readyState];
    }),
    () => [EventSource.CONNECTING, EventSource.OPEN, EventSource.CLOSED, EventSource.prototype.OPEN],
  ]),
  eventSourceHandlers: () => {
    const source = new EventSource('http://127.0.0.1:1/');
    source.close();
    const log = [];
    const [a, b, c] = ['a', 'b', 'c'].map((name) => () => log.push(name));
    const dispatch = () => {
      source.dispatchEvent(new MessageEvent('message'));
      log.push('|');
    };
    log.push(source.onmessage, source.onopen, source.onerror);
    source.onmessage = a;
    source.addEventListener('message', b);
    source.onmessage = c;
    dispatch();
    source.onmessage = b;
    dispatch();
    source.onmessage = null;
    dispatch();
    source.onmessage = { handleEvent: a };
    dispatch();
    source.onmessage = 5;
    log.push(source.onmessage);
    source.onmessage = 'x';
    log.push(source.onmessage);
    return log;
  },

  events: () => {
    const init = { bubbles: true, cancelable: 1, composed: 'x', detail: 5 };
    const log = [];
    const target = new EventTarget();
    const look = (event) => log.push([event.target === target, event.currentTarget === target, event.srcElement === target, event.eventPhase, event.composedPath().length]);
    for (const event of [new Event('a'), new Event('a', init), new CustomEvent('a', init), new CustomEvent('a')]) {
      look(event);
      log.push([event.type, event.bubbles, event.cancelable, event.composed, event.isTrusted, event.detail, typeof event.timeStamp]);
      target.addEventListener('a', look, { once: true });
      log.push(target.dispatchEvent(event));
      look(event);
      event.preventDefault();
      log.push([event.defaultPrevented, event.returnValue]);
      event.initEvent('b', true, true);
      log.push([event.type, event.bubbles, event.cancelable, event.cancelBubble]);
      event.stopPropagation();
      log.push(event.cancelBubble);
    }
    return [...log, Event.NONE, Event.CAPTURING_PHASE, Event.AT_TARGET, Event.BUBBLING_PHASE];
  },
  eventTargets: () => {
    const log = [];
    const target = new EventTarget();
    const a = (event) => {
      log.push('a');
      event.preventDefault();
    };
    const b = { handleEvent: (event) => {
      log.push('b');
      event.stopImmediatePropagation();
    } };
    target.addEventListener('x', a);
    target.addEventListener('x', a);
    target.addEventListener('x', a, true);
    target.addEventListener('x', b, { once: true });
    target.addEventListener('x', () => log.push('c'));
    log.push(target.dispatchEvent(new Event('x', { cancelable: true })), target.dispatchEvent(new Event('x')));
    target.removeEventListener('x', a);
    log.push(target.dispatchEvent(new Event('x')));
    target.removeEventListener('x', a, { capture: true });
    log.push(target.dispatchEvent(new Event('x')));
    return log;
  },
  eventArguments: () => each([
    () => new Event(), () => new Event('x', 5), () => new CustomEvent(), () => new EventTarget().addEventListener('x'), () => new EventTarget().addEventListener('x', 5),
    () => new EventTarget().dispatchEvent({}), () => new MessageEvent(), () => new MessageEvent('x', 5), () => new CloseEvent('x', 'y'), () => new ErrorEvent(),
  ]),
  messageEvents: () => {
    const event = new MessageEvent('x', { data: [1], origin: 'o', lastEventId: 7, bubbles: true });
    const made = [event, new MessageEvent('y'), event.initMessageEvent('z', true, true, 'd', 'p', 'i')];
    return made.map(({ type, data, origin, lastEventId, source, ports, bubbles, cancelable }) => [type, data, origin, lastEventId, source, ports, bubbles, cancelable]);
  },
  closeEvents: () => [{}, { wasClean: 1, code: 70000, reason: 'r' }, { code: -1 }, { code: '5' }].map((init) => {
    const { wasClean, code, reason } = new CloseEvent('close', init);
    return [wasClean, code, reason];
  }),
  errorEvents: () => [{}, { message: 'm', filename: 'f', lineno: 2, colno: 3, error: 'e' }, { lineno: -1, colno: 2 ** 33 }].map((init) => {
    const { message, filename, lineno, colno, error } = new ErrorEvent('error', init);
    return [message, filename, lineno, colno, error];
  }),
  aborting: () => {
    const log = [];
    const controller = new AbortController();
    const { signal } = controller;
    const both = AbortSignal.any([signal, new AbortController().signal]);
    log.push(signal.onabort);
    signal.onabort = (event) => log.push([event.type, event.isTrusted, signal.aborted, both.aborted]);
    both.addEventListener('abort', () => log.push(both.reason));
    signal.throwIfAborted();
    log.push(signal.aborted, signal.reason);
    controller.abort('why');
    controller.abort('again');
    for (const each of [AbortSignal.abort(), AbortSignal.abort(5)]) log.push([each.aborted, each.reason.name ?? each.reason, each.reason.message, each.reason.code]);
    try {
      AbortSignal.abort().throwIfAborted();
    } catch (error) {
      log.push(error);
    }
    return log;
  },
  abortingInTime: async () => {
    const signal = AbortSignal.timeout(1);
    const awake = setInterval(() => {}, 100);
    await new Promise((done) => signal.addEventListener('abort', done));
    clearInterval(awake);
    const { name, message, code } = signal.reason;
    return [name, message, code];
  },
  domExceptions: () => [
    ...[[], ['m'], ['m', 'AbortError'], ['m', 'Nothing'], ['m', { name: 'DataCloneError', cause: 'c' }], ['m', 'TimeoutError']].map((args) => {
      const { name, message, code } = new DOMException(...args);
      return [name, message, code];
    }),
...[
      DOMException.INDEX_SIZE_ERR, DOMException.DOMSTRING_SIZE_ERR, DOMException.HIERARCHY_REQUEST_ERR, DOMException.WRONG_DOCUMENT_ERR,
      DOMException.INVALID_CHARACTER_ERR, DOMException.NO_DATA_ALLOWED_ERR, DOMException.NO_MODIFICATION_ALLOWED_ERR, DOMException.NOT_FOUND_ERR,
      DOMException.NOT_SUPPORTED_ERR, DOMException.INUSE_ATTRIBUTE_ERR, DOMException.INVALID_STATE_ERR, DOMException.SYNTAX_ERR,
      DOMException.INVALID_MODIFICATION_ERR, DOMException.NAMESPACE_ERR, DOMException.INVALID_ACCESS_ERR, DOMException.VALIDATION_ERR,
      DOMException.TYPE_MISMATCH_ERR, DOMException.SECURITY_ERR, DOMException.NETWORK_ERR, DOMException.ABORT_ERR,
      DOMException.URL_MISMATCH_ERR, DOMException.QUOTA_EXCEEDED_ERR, DOMException.TIMEOUT_ERR, DOMException.INVALID_NODE_TYPE_ERR,
      DOMException.DATA_CLONE_ERR,
    ],
  ],
  timers: () => new Promise((done) => setImmediate(() => {
    const log = [];
    clearTimeout(setTimeout(() => log.push('never'), 1));
    clearImmediate(setImmediate(() => log.push('never')));
    queueMicrotask(() => log.push('microtask'));
    process.nextTick((value) => log.push(value), 'tick');
    setImmediate((value) => log.push(value), 'immediate');
    let count = 0;
    const interval = setInterval(() => {
      log.push('interval');
      if (++count === 2) {
        clearInterval(interval);
        setTimeout((...args) => done([...log, ...args]), 2, 'timeout', 2);
      }
    }, 1);
  })),
  forms: () => {
    const form = new FormData();
    form.append('a', '1');
    form.append('a', 2);
    form.append('b', new Blob(['x'], { type: 'text/plain' }), 'name');
    form.append('c', new File(['y'], 'own', { lastModified: 5 }));
    const log = [form.get('a'), form.getAll('a'), form.get('none'), form.has('a'), form.has('z'), [...form.keys()], form.get('b').name, form.get('c').name, form.get('c').lastModified];
    form.set('a', 'only');
    form.delete('b');
    form.forEach((value, name) => log.push([name, typeof value]));
    return [...log, [...form.keys()], [...form.values()].length, [...form.entries()].length, [...form].map(([name]) => name)];
  },
  headersAreIterable: () => {
    const headers = new Headers([['B', '1'], ['a', '2'], ['set-cookie', 'x'], ['Set-Cookie', 'y']]);
    return [[...headers], [...headers.keys()], [...headers.values()], [...headers.entries()], headers.getSetCookie()];
  },
  fetches: () => serving([{ status: 200, type: 'text/plain', pieces: ['é', '€'] }], async (base, log) => {
    const response = await fetch(base + '/x?y#z', { headers: { accept: 'text/x' } });
    log(response.status, response.ok, response.url, response.headers.get('content-type'), response.bodyUsed);
    const texts = [];
    for await (const text of response.textStream()) texts.push(text);
    log(texts.join(''), response.bodyUsed, response instanceof Response);
    const request = new Request(base, { method: 'POST', body: 'b€' });
    const again = [];
    for await (const text of request.textStream()) again.push(text);
    log(again.join(''), request.bodyUsed, request.isReloadNavigation, request.isHistoryNavigation);
    try {
      await fetch(base, { method: 'a b' });
    } catch (error) {
      log(error.name, error.message);
    }
  }),
  blobTexts: async () => {
    const texts = [];
    for await (const text of new Blob(['a', 'é€']).textStream()) texts.push(text);
    return texts.join('');
  },

  constructors: () => each([
    () => new ReadableStream({ type: 'x' }), () => new ReadableStream({ type: 'bytes' }, { size() {} }), () => new ReadableStream({ type: 'bytes', autoAllocateChunkSize: 0 }),
    () => new ReadableStream().getReader({ mode: 'byob' }), () => new ReadableStreamBYOBReader(new ReadableStream()), () => new ReadableStreamBYOBReader(5), () => new ReadableStreamDefaultReader(5),
    () => new ReadableByteStreamController(), () => new ReadableStreamBYOBRequest(), () => new ReadableStreamDefaultController(), () => new WritableStreamDefaultController(), () => new TransformStreamDefaultController(),
    () => new WritableStreamDefaultWriter(5), () => new CountQueuingStrategy(), () => new ByteLengthQueuingStrategy({}), () => new CompressionStream('x'), () => new DecompressionStream(), () => new TextDecoderStream('x'),
  ]).map((found) => [found[0], found[1].replace(/Received .*/s, ''), found[2]]),
  strategies: () => [new CountQueuingStrategy({ highWaterMark: 3 }), new ByteLengthQueuingStrategy({ highWaterMark: 5 })].map((each) => [each.highWaterMark, each.size(new Uint8Array(7))]),
  readableStreams: async () => {
    const log = [];
    let controller;
    const stream = new ReadableStream({ start: (given) => { controller = given; }, pull: () => { log.push('pull'); }, cancel: (reason) => { log.push(reason); } }, new CountQueuingStrategy({ highWaterMark: 2 }));
    log.push(stream.locked, controller.desiredSize);
    controller.enqueue('a');
    const reader = stream.getReader();
    log.push(stream.locked, controller.desiredSize, await reader.read());
    const waiting = reader.read();
    controller.enqueue('b');
    log.push(await waiting);
    controller.close();
    await reader.closed;
    log.push(await reader.read());
    reader.releaseLock();
    const other = new ReadableStream({ start: (given) => { controller = given; }, cancel: (reason) => { log.push(reason); } });
    await other.cancel('why');
    const [left, right] = ReadableStream.from(['x', 'y']).tee();
    for await (const chunk of left.values()) log.push(chunk);
    for await (const chunk of right) log.push(chunk);
    const third = new ReadableStream({ start: (given) => { controller = given; } });
    const last = third.getReader();
    controller.error(new Error('broken'));
    log.push(await last.read().catch((error) => error.message), await last.closed.catch((error) => error.message));
    await new ReadableStream().getReader().cancel();
    return log;
  },
  byteStreams: async () => {
    const log = [];
    let controller;
    const stream = new ReadableStream({ type: 'bytes', autoAllocateChunkSize: 4, start: (given) => { controller = given; } });
    const own = stream.getReader({ mode: 'byob' });
    const first = own.read(new Uint8Array(8), { min: 3 });
    const request = controller.byobRequest;
    request.view[0] = 65;
    request.respond(1);
    log.push(request.view, controller.desiredSize);
    controller.byobRequest.view.fill(66);
    controller.byobRequest.respondWithNewView(controller.byobRequest.view.subarray(0, 3));
    const { value, done } = await first;
    log.push(value, done);
    own.releaseLock();
    const reader = stream.getReader();
    const next = reader.read();
    log.push(controller.byobRequest.view.byteLength);
    controller.enqueue(new Uint8Array([67]));
    log.push((await next).value);
    controller.close();
    await reader.closed;
    const broken = new ReadableStream({ type: 'bytes', start: (given) => { controller = given; } }).getReader({ mode: 'byob' });
    controller.error(new Error('broken'));
    log.push(await broken.read(new Uint8Array(1)).catch((error) => error.message), await broken.closed.catch((error) => error.message), await broken.cancel().catch((error) => error.message));
    return log;
  },
  writableStreams: async () => {
    const log = [];
    let controller;
    const stream = new WritableStream({ start: (given) => { controller = given; }, write: (chunk) => { log.push(chunk); }, close: () => { log.push('close'); }, abort: (reason) => { log.push(reason, controller.signal.aborted); } });
    const writer = stream.getWriter();
    log.push(stream.locked, writer.desiredSize);
    await writer.ready;
    await writer.write('a');
    writer.releaseLock();
    await stream.close();
    const aborted = new WritableStream({ start: (given) => { controller = given; }, abort: (reason) => { log.push(reason, controller.signal.aborted); } });
    await aborted.abort('why');
    const broken = new WritableStream({ start: (given) => { controller = given; } });
    controller.error(new Error('broken'));
    const last = broken.getWriter();
    log.push(await last.write('x').catch((error) => error.message), await last.closed.catch((error) => error.message), await last.close().catch((error) => error.message), await last.abort());
    return log;
  },
  transformStreams: async () => {
    const log = [];
    let controller;
    const stream = new TransformStream({ start: (given) => { controller = given; }, transform: (chunk, given) => given.enqueue(chunk.toUpperCase()), flush: (given) => given.enqueue('end') });
    log.push(controller.desiredSize);
    for await (const chunk of ReadableStream.from(['a', 'b']).pipeThrough(stream)) log.push(chunk);
    const ended = new TransformStream({ start: (given) => given.terminate() });
    log.push(await ended.readable.getReader().read(), await ended.writable.getWriter().write('x').catch((error) => error.message));
    const broken = new TransformStream({ start: (given) => given.error(new Error('broken')) });
    log.push(await broken.readable.getReader().read().catch((error) => error.message));
    await ReadableStream.from(['p']).pipeTo(new WritableStream({ write: (chunk) => { log.push(chunk); } }));
    return log;
  },
  textStreams: async () => {
    const encoder = new TextEncoderStream();
    const decoder = new TextDecoderStream('utf-16le', { fatal: true, ignoreBOM: true });
    return [
      encoder.encoding, decoder.encoding, decoder.fatal, decoder.ignoreBOM, new TextDecoderStream().encoding,
      await through(new TextEncoderStream(), 'a', '', 'é€', '\ud83d', '\ude00', '\ud83d', 'x', '\ud83d', 5),
      await through(new TextEncoderStream(), '\ud83d'),
      await through(new TextDecoderStream(), bytes('\xef'), bytes('\xbb\xbfa'), bytes('\xe2\x82'), bytes('\xac'), bytes('\xff\xe2')),
      await through(decoder, bytes('a'), bytes('\0b\0')),
      await through(new TextDecoderStream('utf-8', { fatal: true }), bytes('\xe2\x82'), bytes('a')),
      await through(new TextDecoderStream('utf-8', { fatal: true }), bytes('\xe2\x82')),
      await through(new TextDecoderStream('latin1'), bytes('\x80')),
    ];
  },
  textCoders: () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return [decoder.encoding, decoder.fatal, decoder.ignoreBOM, decoder.decode(bytes('\xef\xbb\xbfx')), new TextEncoder().encoding];
  },
  webSockets: () => new Promise((done) => {
    const socket = new WebSocket('ws://127.0.0.1:1/x', 'p');
    const log = [WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED];
    log.push(socket.readyState, socket.url, socket.extensions, socket.protocol, socket.bufferedAmount, socket.binaryType);
    log.push(socket.onopen, socket.onmessage, socket.onerror, socket.onclose);
    try {
      socket.send('early');
    } catch (error) {
      log.push(error.name);
    }
    socket.binaryType = 'arraybuffer';
    socket.onopen = socket.onmessage = () => log.push('never');
    socket.onerror = (event) => log.push([event.type, socket.readyState]);
    socket.onclose = ({ type, code, wasClean }) => {
      log.push([type, code, wasClean, socket.readyState, socket.binaryType]);
      socket.close();
      done(log);
    };
  }),
  compressionStreams: async () => {
    const found = [];
    for (const format of ['gzip', 'deflate', 'deflate-raw', 'brotli']) {
      const packed = await through(new CompressionStream(format), bytes('hello'), bytes('\0\0'));
      found.push(join(await through(new DecompressionStream(format), ...packed)));
      const whole = packed[0].length ? Buffer.concat(packed) : null;
      found.push(await failure(new DecompressionStream(format), whole.subarray(0, -2)), await failure(new CompressionStream(format), 5));
    }
    for (const format of ['gzip', 'deflate', 'deflate-raw']) found.push(await failure(new DecompressionStream(format), ...(await through(new CompressionStream(format), bytes('a'))), bytes('x')), await failure(new DecompressionStream(format), bytes('nonsense')));
    found.push(await failure(new DecompressionStream('gzip')));
    return found;
  },
};

const bytes = (text) => Buffer.from(text, 'latin1');
const join = (chunks) => Buffer.concat(chunks).toString('latin1');

/** What comes out when these go in; the last is an error, if there was one. */
async function through({ readable, writable }, ...chunks) {
  const found = [];
  const writing = (async () => {
    const writer = writable.getWriter();
    try {
      for (const chunk of chunks) await writer.write(chunk);
      await writer.close();
    } finally {
      writer.releaseLock();
    }
  })();
  writing.catch(() => {});
  try {
    for await (const chunk of readable) found.push(chunk);
    await writing;
  } catch (error) {
    found.push(error);
  }
  await writing.catch(() => {});
  return found;
}

/** The error that comes out when these go in. */
async function failure(pair, ...chunks) {
  const error = (await through(pair, ...chunks)).at(-1);
  return [error.name, error.code, error.message.replace(/Received .*/, '')];
}
