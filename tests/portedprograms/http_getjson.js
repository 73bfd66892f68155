const http = require('node:http');
const server = http.createServer((req, res) => {
  const url = new URL(`http://localhost${req.url}`);
  if (url.pathname === '/missing') { res.writeHead(404); return res.end('nothing'); }
  res.writeHead(200, { 'Content-Type': url.searchParams.get('type') ?? 'application/json' });
  res.end(JSON.stringify({ data: 'Hello World!' }));
});
function get(path, next) {
  http.get({ hostname: 'localhost', port: server.address().port, path, agent: false }, (res) => {
    const { statusCode } = res;
    const contentType = res.headers['content-type'];
    let error;
    if (statusCode !== 200) error = new Error('Request Failed.\n' + `Status Code: ${statusCode}`);
    else if (!/^application\/json/.test(contentType)) error = new Error('Invalid content-type.\n' + `Expected application/json but received ${contentType}`);
    if (error) {
      console.log(error.message);
      res.resume();
      return next();
    }
    res.setEncoding('utf8');
    let rawData = '';
    res.on('data', (chunk) => { rawData += chunk; });
    res.on('end', () => {
      try { console.log(JSON.parse(rawData).data); } catch (e) { console.log(e.message); }
      next();
    });
  }).on('error', (e) => { console.log(`Got error: ${e.message}`); next(); });
}
server.listen(0, () => get('/', () => get('/missing', () => get('/?type=text/plain', () => server.close()))));
