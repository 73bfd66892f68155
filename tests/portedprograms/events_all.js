const EventEmitter = require('node:events');
const { once, on, getEventListeners, errorMonitor } = EventEmitter;
class MyEmitter extends EventEmitter {}
const myEmitter = new MyEmitter();
myEmitter.once('newListener', (event, listener) => { if (event === 'event') myEmitter.on('event', () => { console.log('B'); }); });
myEmitter.on('event', () => { console.log('A'); });
myEmitter.emit('event');
myEmitter.prependListener('event', () => console.log('first'));
console.log(myEmitter.listenerCount('event'), myEmitter.eventNames().join(), myEmitter.emit('none'), getEventListeners(myEmitter, 'event').length);
myEmitter.on(errorMonitor, (e) => console.log('monitor', e.message));
try { myEmitter.emit('error', new Error('whoops!')); } catch (e) { console.log('thrown', e.message); }
try { myEmitter.emit('error', 'text'); } catch (e) { console.log(e.code, e.message); }
const ee = new EventEmitter({ captureRejections: true });
ee.on('something', async (value) => { throw new Error('kaboom'); });
ee.on('error', (e) => console.log('captured', e.message));
ee.emit('something');
async function run() {
  const e = new EventEmitter();
  process.nextTick(() => { e.emit('myevent', 42); });
  const [value] = await once(e, 'myevent');
  console.log(value);
  const err = new Error('kaboom2');
  process.nextTick(() => { e.emit('error', err); });
  try { await once(e, 'myevent'); } catch (er) { console.log('error happened', er.message); }
  const ac = new AbortController();
  process.nextTick(() => { e.emit('foo', 'bar'); e.emit('foo', 42); setImmediate(() => ac.abort()); });
  try { for await (const event of on(e, 'foo', { signal: ac.signal })) console.log(event.join()); } catch (er) { console.log(er.name); }
  const target = new EventTarget();
  target.addEventListener('x', (event) => { event.preventDefault(); console.log(event.type, event.target === target, event.cancelable); }, { once: true });
  console.log(target.dispatchEvent(new Event('x', { cancelable: true })), target.dispatchEvent(new Event('x')));
}
run();
