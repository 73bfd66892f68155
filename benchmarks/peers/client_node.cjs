// http.get through an Agent. Arguments: port, requests, requests in flight. Prints requests
// per second and CPU microseconds per request, of kept connections.
'use strict';
const http = require('http');
const [port, total, inFlight] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: inFlight });
// The first requests, one for each connection, come before the clock starts.
let begun = -inFlight;
let ended = -inFlight;
let start;
let used;
function ask() {
  begun++;
  http.get({ port, host: '127.0.0.1', agent }, (response) => {
    response.on('data', () => {});
    response.on('end', () => {
      ended++;
      if (ended === 0) {
        start = process.hrtime.bigint();
        used = process.cpuUsage();
        askAll();
      } else if (ended > 0 && begun < total) {
        ask();
      } else if (ended === total) {
        const { user, system } = process.cpuUsage(used);
        console.log(total / (Number(process.hrtime.bigint() - start) / 1e9), (user + system) / total);
        agent.destroy();
      }
    });
  });
}
function askAll() {
  for (let i = 0; i < inFlight; i++) ask();
}
askAll();
