const zlib = require('node:zlib'), http = require('node:http');
const { pipeline, Readable } = require('node:stream');
const server = http.createServer((request, response) => {
  const raw = Readable.from(['index '.repeat(500)]);
  response.setHeader('Vary', 'Accept-Encoding');
  const acceptEncoding = request.headers['accept-encoding'] || '';
  const onError = (err) => { if (err) { response.end(); console.error('An error occurred:', err); } };
  if (/\bdeflate\b/.test(acceptEncoding)) {
    response.writeHead(200, { 'Content-Encoding': 'deflate' });
    pipeline(raw, zlib.createDeflate(), response, onError);
  } else if (/\bgzip\b/.test(acceptEncoding)) {
    response.writeHead(200, { 'Content-Encoding': 'gzip' });
    pipeline(raw, zlib.createGzip(), response, onError);
  } else {
    response.writeHead(200, {});
    pipeline(raw, response, onError);
  }
});
function get(accept, next) {
  const request = http.get({ host: 'localhost', path: '/', port: server.address().port, headers: { 'Accept-Encoding': accept } });
  request.on('response', (response) => {
    let s = '';
    const done = (err) => { console.log(response.headers['content-encoding'], s.length, err === undefined || err === null); next(); };
    let source = response;
    switch (response.headers['content-encoding']) {
      case 'gzip': source = pipeline(response, zlib.createGunzip(), done); break;
      case 'deflate': source = pipeline(response, zlib.createInflate(), done); break;
      default: response.on('end', done); break;
    }
    source.on('data', (d) => { s += d; });
  });
}
server.listen(0, () => get('gzip', () => get('gzip,deflate', () => get('', () => server.close()))));
