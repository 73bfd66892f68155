const EventEmitter = require('node:events');
process.on('warning', (w) => console.log(w.name, w.count, w.type, w.emitter === ee));
const ee = new EventEmitter();
ee.setMaxListeners(1);
ee.on('x', () => {}); ee.on('x', () => {}); ee.on('x', () => {});
console.log(ee.getMaxListeners(), EventEmitter.defaultMaxListeners, EventEmitter.listenerCount(ee, 'x'));
EventEmitter.setMaxListeners(5, ee); console.log(EventEmitter.getMaxListeners(ee));
const symbol = Symbol('s'); ee.on(symbol, (...args) => console.log('symbol', args.length)); ee.emit(symbol, 1, 2, 3);
function once() { console.log('once'); } ee.once('o', once); console.log(ee.listeners('o')[0] === once, ee.rawListeners('o')[0].listener === once);
ee.rawListeners('o')[0](); ee.emit('o'); ee.off('x', once).removeAllListeners('x'); console.log(ee.listenerCount('x'), ee.eventNames().length);
ee.on('removeListener', (name, f) => console.log('removed', name)); ee.on('y', once); ee.off('y', once);
try { ee.on('z', 5); } catch (e) { console.log(e.code, e.message); }
try { ee.setMaxListeners(-1); } catch (e) { console.log(e.code, e.message); }
