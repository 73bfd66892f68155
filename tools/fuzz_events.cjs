// Plays streams of events of tools/fuzz_events.py through Node's EventSource: a JSON list of chunks (latin-1) as a line on
// standard input, `[index, {events, retry, lastEventId}]` as a line on standard output.
'use strict';
const readline = require('readline');

const plainTimeout = globalThis.setTimeout;
let delays = [];
// EventSource waits before it connects again: how long is noted, and not waited for.
globalThis.setTimeout = (call, ms, ...args) => {
  delays.push(ms);
  return plainTimeout(call, 0, ...args);
};

function play(chunks) {
  return new Promise((resolve) => {
    const events = [];
    let connections = 0;
    let lastEventId = '';
    const dispatcher = {
      dispatch({ headers }, handler) {
        connections++;
        const isFirst = connections === 1;
        lastEventId = Buffer.from(headers['last-event-id'] ?? '', 'latin1').toString();
        const rawHeaders = isFirst ? [Buffer.from('content-type'), Buffer.from('text/event-stream')] : [];
        const controller = { rawHeaders, resume() {}, pause() {}, abort() {}, aborted: false, paused: false };
        setImmediate(() => {
          handler.onRequestStart(controller, {});
          handler.onResponseStart(controller, isFirst ? 200 : 204, {}, '');
          if (isFirst) for (const chunk of chunks) handler.onResponseData(controller, Buffer.from(chunk, 'latin1'));
          handler.onResponseEnd?.(controller, {});
        });
        return true;
      },
    };
    delays = [];
    const source = new EventSource('http://a.test/', { node: { dispatcher } });
    // Whatever its type is: a listener would have to know it.
    source.dispatchEvent = (event) => {
      if (event.data !== undefined) events.push([event.type, event.data, event.lastEventId]);
      else if (source.readyState === EventSource.CLOSED) resolve({ events, retry: delays[0], lastEventId });
      return true;
    };
  });
}

async function main() {
  const awake = setInterval(() => {}, 1000); // the timer of EventSource does not keep Node running
  let at = 0;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(JSON.stringify([at++, await play(JSON.parse(line))]));
  }
  clearInterval(awake);
}
main();
