// http.get through an Agent. Arguments: port, requests, requests in flight. Prints requests
// per second and CPU microseconds per request.
'use strict';
const http = require('http');
const [port, total, inFlight] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: inFlight });
let begun = 0;
let ended = 0;
const start = process.hrtime.bigint();
const used = process.cpuUsage();
function ask() {
  begun++;
  http.get({ port, host: '127.0.0.1', agent }, (response) => {
    response.on('data', () => {});
    response.on('end', () => {
      ended++;
      if (begun < total) {
        ask();
      } else if (ended === total) {
        const { user, system } = process.cpuUsage(used);
        console.log(total / (Number(process.hrtime.bigint() - start) / 1e9), (user + system) / total);
        agent.destroy();
      }
    });
  });
}
for (let i = 0; i < inFlight; i++) ask();
