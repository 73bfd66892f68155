const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const { EventEmitter } = require('node:events');
const als = new AsyncLocalStorage();
als.run({ id: 1 }, () => {
  setTimeout(() => console.log('timeout', als.getStore().id), 60);
  Promise.resolve().then(() => console.log('promise', als.getStore().id));
  console.log(als.exit(() => als.getStore()));
  const bound = AsyncResource.bind(() => als.getStore().id);
  als.run({ id: 2 }, () => console.log('bound', bound(), als.getStore().id));
  const snapshot = AsyncLocalStorage.snapshot();
  als.run({ id: 3 }, () => console.log('snapshot', snapshot(() => als.getStore().id)));
  const ee = new EventEmitter();
  ee.on('x', () => console.log('listener', als.getStore().id));
  als.run({ id: 4 }, () => ee.emit('x'));
});
console.log(als.getStore());
als.enterWith({ id: 5 });
setImmediate(() => console.log('entered', als.getStore().id));
