// stream.html: the first example, with a client.
const http = require('node:http');
const server = http.createServer((req, res) => {
  let body = '';
  req.setEncoding('utf8');
  req.on('data', (chunk) => { body += chunk; });
  req.on('end', () => {
    try {
      const data = JSON.parse(body);
      res.write(typeof data);
      res.end();
    } catch (er) {
      res.statusCode = 400;
      return res.end('error');
    }
  });
});
function ask(text, next) {
  const req = http.request({ port: server.address().port, method: 'POST' }, (res) => {
    res.setEncoding('utf8');
    let all = '';
    res.on('data', (d) => { all += d; });
    res.on('end', () => { console.log(res.statusCode, all); next(); });
  });
  req.end(text);
}
server.listen(0, () => {
  ask('{}', () => ask('"foo"', () => ask('not json', () => server.close(() => console.log('closed')))));
});
