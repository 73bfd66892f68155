const http = require('node:http');
const server = http.createServer((req, res) => {
  if (req.url === '/redirect') { res.writeHead(302, { Location: '/json' }); return res.end(); }
  if (req.url === '/stream') { res.write('one '); setImmediate(() => res.end('two')); return; }
  let body = ''; req.on('data', (d) => { body += d; }).on('end', () => {
    res.setHeader('Content-Type', 'application/json'); res.end(JSON.stringify({ method: req.method, body, type: req.headers['content-type'] }));
  });
});
server.listen(0, async () => {
  const base = `http://localhost:${server.address().port}`;
  const res = await fetch(base + '/redirect');
  console.log(res.status, res.ok, res.redirected, new URL(res.url).pathname, res.headers.get('content-type'), (await res.json()).method);
  const post = await fetch(base + '/x', { method: 'POST', body: JSON.stringify({ a: 1 }), headers: { 'Content-Type': 'application/json' } });
  const data = await post.json(); console.log(data.method, data.body, data.type);
  const form = await (await fetch(base, { method: 'POST', body: new URLSearchParams({ a: 'b c' }) })).json(); console.log(form.body, form.type);
  const stream = await fetch(base + '/stream'); let text = '';
  for await (const chunk of stream.body) text += Buffer.from(chunk).toString();
  console.log(text, stream.bodyUsed);
  try { await stream.text(); } catch (e) { console.log(e.name); }
  try { await fetch('http://127.0.0.1:1/'); } catch (e) { console.log(e.name, e.message, e.cause.code ?? 'None'); }
  try { await fetch(base, { signal: AbortSignal.abort() }); } catch (e) { console.log(e.name); }
  const h = new Headers({ 'X-A': '1' }); h.append('x-a', '2'); console.log(h.get('X-a'), [...h].join('|'));
  server.closeAllConnections(); server.close(() => console.log('closed'));
});
