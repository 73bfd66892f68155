const http = require('node:http');
const server = http.createServer((req, res) => {
  res.writeEarlyHints({ link: '</styles.css>; rel=preload; as=style', 'x-trace-id': 'id' });
  res.writeProcessing();
  res.writeHead(200, 'Fine', { 'Content-Type': 'text/plain', 'Trailer': 'Content-MD5' });
  res.write('data');
  res.addTrailers({ 'Content-MD5': '7895bf4b8828b55ceaf47747b4bca667' });
  res.end();
});
server.on('checkContinue', (req, res) => { console.log('expects', req.headers.expect); res.writeContinue(); server.emit('request', req, res); });
server.listen(0, () => {
  const req = http.request({ port: server.address().port, method: 'PUT', headers: { Expect: '100-continue' } });
  req.on('continue', () => { console.log('continue'); req.end('body'); });
  req.on('information', (info) => { console.log('Got information prior to main response: ' + info.statusCode, info.headers.link); });
  req.on('response', (res) => {
    res.resume();
    res.on('end', () => { console.log(res.statusMessage, res.trailers['content-md5'], res.complete); server.close(); });
  });
});
