const http = require('node:http');
const diagnostics_channel = require('node:diagnostics_channel');
diagnostics_channel.subscribe('http.server.request.start', ({ request, server }) => { console.log('start', request.url, server.listening); });
diagnostics_channel.subscribe('http.server.response.finish', ({ response }) => { console.log('finish', response.statusCode); });
diagnostics_channel.subscribe('http.client.request.start', ({ request }) => { console.log('client', request.path); });
diagnostics_channel.subscribe('http.client.response.finish', ({ response }) => { console.log('client finish', response.statusCode); });
const channel = diagnostics_channel.channel('my-channel');
console.log(channel.hasSubscribers);
channel.subscribe((message, name) => console.log(message.some, name));
if (channel.hasSubscribers) channel.publish({ some: 'data' });
const channels = diagnostics_channel.tracingChannel('work');
channels.subscribe({ start(m) { console.log('work start', m.n); }, end(m) { console.log('work end', m.result); }, error(m) { console.log('work error', m.error.message); } });
console.log(channels.traceSync((a) => a * 2, { n: 1 }, null, 21));
try { channels.traceSync(() => { throw new Error('no'); }, { n: 2 }); } catch (e) { console.log('caught', e.message); }
const server = http.createServer((req, res) => res.end('x')).listen(0, () => {
  http.get({ port: server.address().port, path: '/p', agent: false }, (res) => { res.resume().on('end', () => server.close()); });
});
