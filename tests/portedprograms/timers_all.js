const { setTimeout: sleep, setInterval: every, setImmediate: soon, scheduler } = require('node:timers/promises');
async function main() {
  console.log(await sleep(1, 'result'));
  console.log(await soon('soon'));
  let n = 0;
  for await (const value of every(1, 'tick')) { console.log(value); if (++n === 2) break; }
  const ac = new AbortController();
  const wait = sleep(1000, null, { signal: ac.signal, ref: false });
  ac.abort(new Error('why'));
  await wait.catch((e) => console.log(e.name, e.cause.message));
  await scheduler.yield();
  const t = setTimeout(() => console.log('never'), 5);
  console.log(t.hasRef(), t.unref().hasRef()); clearTimeout(t);
  setImmediate(() => console.log('immediate')); process.nextTick(() => console.log('tick')); queueMicrotask(() => console.log('microtask')); console.log('main');
  const signal = AbortSignal.timeout(2);
  signal.onabort = () => console.log(signal.reason.name, AbortSignal.any([signal]).aborted);
  setTimeout(() => {}, 20);
}
main();
