// What is on the wire: pipelined requests, chunks, trailers, HEAD, HTTP/1.0.
const http = require('node:http'), net = require('node:net');
const server = http.createServer({ keepAliveTimeout: 1000 }, (req, res) => {
  res.sendDate = false;
  if (req.url === '/chunks') { res.setHeader('Trailer', 'X-T'); res.write('one'); res.write('two'); res.addTrailers({ 'X-T': 'v' }); return res.end(); }
  if (req.url === '/none') { res.writeHead(204); return res.end(); }
  if (req.url === '/length') { res.setHeader('Content-Length', 5); res.write('12345'); return res.end(); }
  if (req.url === '/slow') return setTimeout(() => res.end('slow'), 5);
  res.strictContentLength = true;
  res.end(req.method + ' ' + req.url);
});
function raw(text, next) {
  const c = net.connect(server.address().port, () => c.write(text));
  let all = '';
  c.on('data', (d) => { all += d; }).on('end', () => { console.log(JSON.stringify(all.replace(/\r\n/g, '|').replace(/Date: .*? GMT/, 'Date: D'))); next(); });
}
server.listen(0, () =>
  raw('GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /fast HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', () =>
    raw('GET /chunks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', () =>
      raw('HEAD /head HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\nPOST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc', () =>
        raw('GET /old HTTP/1.0\r\n\r\n', () =>
          raw('GET /nohost HTTP/1.1\r\n\r\n', () => raw('BAD\r\n\r\n', () => raw('GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n', () => server.close()))))))));
