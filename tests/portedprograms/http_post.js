const http = require('node:http');
const server = http.createServer((req, res) => {
  console.log(req.method, req.url, req.headers['content-length'], req.headers['content-type'], req.httpVersion);
  console.log(req.rawHeaders.filter((x, i) => i % 2 === 0).join());
  req.pipe(res);
}).listen(0, () => {
  const postData = JSON.stringify({ msg: 'Hello World!' });
  const options = { hostname: 'localhost', port: server.address().port, path: '/upload', method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(postData) } };
  const req = http.request(options, (res) => {
    console.log(`STATUS: ${res.statusCode}`);
    console.log(Object.keys(res.headers).sort().join());
    res.setEncoding('utf8');
    res.on('data', (chunk) => { console.log(`BODY: ${chunk}`); });
    res.on('end', () => { console.log('No more data in response.'); server.close(); });
  });
  req.on('error', (e) => { console.error(`problem with request: ${e.message}`); });
  req.write(postData);
  req.end();
});
