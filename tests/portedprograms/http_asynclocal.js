const http = require('node:http');
const { AsyncLocalStorage } = require('node:async_hooks');
const asyncLocalStorage = new AsyncLocalStorage();
const lines = [];
function logWithId(msg) {
  const id = asyncLocalStorage.getStore();
  lines.push(`${id !== undefined ? id : '-'}: ${msg}`);
}
let idSeq = 0;
const server = http.createServer((req, res) => {
  asyncLocalStorage.run(idSeq++, () => {
    logWithId('start');
    setImmediate(() => {
      logWithId('finish');
      res.end();
    });
  });
});
server.listen(0, () => {
  let left = 2;
  for (let i = 0; i < 2; i++) http.get({ port: server.address().port }, (res) => { res.resume(); if (--left === 0) { console.log(lines.sort().join(' ')); server.close(); } });
});
