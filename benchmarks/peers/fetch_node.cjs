// fetch. Arguments: port, requests, requests in flight. Prints requests per second and CPU
// microseconds per request, of kept connections.
'use strict';
const [port, total, inFlight] = process.argv.slice(2).map(Number);
async function worker(count) {
  for (let i = 0; i < count; i++) {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    await response.text();
  }
}
function workers(count) {
  return Promise.all(Array.from({ length: inFlight }, () => worker(count)));
}
async function main() {
  await workers(1);
  const start = process.hrtime.bigint();
  const used = process.cpuUsage();
  await workers(Math.floor(total / inFlight));
  const count = Math.floor(total / inFlight) * inFlight;
  const { user, system } = process.cpuUsage(used);
  console.log(count / (Number(process.hrtime.bigint() - start) / 1e9), (user + system) / count);
  process.exit();
}
main();
