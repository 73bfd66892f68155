const http = require('node:http');
const { validateHeaderName, validateHeaderValue } = http;
try { validateHeaderName(''); } catch (err) { console.log(err instanceof TypeError, err.code, err.message); }
try { validateHeaderValue('x-my-header', undefined); } catch (err) { console.log(err instanceof TypeError, err.code === 'ERR_HTTP_INVALID_HEADER_VALUE', err.message); }
try { validateHeaderValue('x-my-header', 'oʊmɪɡə'); } catch (err) { console.log(err.code === 'ERR_INVALID_CHAR', err.message); }
const server = http.createServer((request, response) => {
  response.setHeader('Foo', 'bar');
  response.setHeader('Set-Cookie', ['foo=bar', 'bar=baz']);
  console.log(response.getHeaderNames().join(), JSON.stringify(response.getHeaders()), response.hasHeader('foo'), response.getHeader('FOO'));
  response.removeHeader('foo');
  response.appendHeader('Set-Cookie', 'c=d');
  console.log(response.getHeader('set-cookie').join(), response.headersSent, request.headers.none, request.headersDistinct['x-a'].join());
  response.end();
  console.log(response.headersSent);
  try { response.setHeader('a', 'b'); } catch (e) { console.log(e.code); }
});
server.listen(0, () => {
  const request = http.request({ port: server.address().port, headers: { Foo: 'bar' } });
  request.setHeader('Cookie', ['type=ninja', 'language=javascript']);
  request.setHeader('X-A', ['1', '2']);
  console.log(request.getRawHeaderNames().join(), request.getHeader('cookie').join(), request.path, request.method, request.protocol);
  request.end();
  request.on('response', (res) => { console.log(res.headers['set-cookie'].join(), res.headers.foo); res.resume(); server.close(); });
});
