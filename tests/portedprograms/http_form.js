// The tutorial's form: a body in application/x-www-form-urlencoded, cookies, a small router.
const http = require('node:http'), querystring = require('node:querystring');
const routes = {
  'GET /': (req, res) => { res.writeHead(200, ['Content-Type', 'text/html', 'Set-Cookie', 'id=1; HttpOnly', 'Set-Cookie', 'b=2']); res.end('<form method=post>'); },
  'POST /': (req, res) => {
    const body = [];
    req.on('data', (chunk) => { body.push(chunk); }).on('end', () => {
      const post = querystring.parse(Buffer.concat(body).toString());
      const cookies = Object.fromEntries((req.headers.cookie ?? '').split('; ').map((c) => c.split('=')));
      res.setHeader('Content-Type', 'application/json; charset=utf-8');
      res.end(JSON.stringify({ post, cookies, ip: req.socket.remoteAddress.endsWith('127.0.0.1') }));
    });
  },
};
const server = http.createServer((req, res) => {
  const { method, url, headers } = req;
  const route = routes[`${method} ${url.split('?')[0]}`];
  if (route) return route(req, res);
  res.statusCode = 404; res.statusMessage = 'Nothing here'; res.end(http.STATUS_CODES[404]);
}).on('connection', (socket) => { console.log('connection', socket.localPort === server.address().port); });
function ask(options, body, next) {
  const req = http.request({ host: '127.0.0.1', port: server.address().port, agent: false, ...options }, (res) => {
    let text = ''; res.setEncoding('utf8'); res.on('data', (d) => { text += d; }).on('end', () => { console.log(res.statusCode, res.statusMessage, res.headers['set-cookie']?.join() ?? '', res.headers['content-length'] ?? '-', text); next(); });
  });
  req.end(body);
}
server.listen(0, '127.0.0.1', () =>
  ask({ path: '/?x' }, undefined, () =>
    ask({ method: 'POST', path: '/', headers: { Cookie: 'a=b; c=d', 'Content-Type': 'application/x-www-form-urlencoded' } }, querystring.stringify({ name: 'Jürgen & Co', list: ['1', '2'] }), () =>
      ask({ path: '/none', headers: [['X-A', '1']] }, undefined, () => server.close()))));
console.log(http.METHODS.length > 30, http.METHODS.includes('QUERY'), http.maxHeaderSize, http.STATUS_CODES[418], server.timeout, server.keepAliveTimeout, server.headersTimeout, server.requestTimeout, server.maxHeadersCount, server.maxRequestsPerSocket);
