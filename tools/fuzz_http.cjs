// The Node side of fuzz_http.py: reads a case per line, writes what Node makes of it.
//
// level "parser": Node's own HTTPParser, fed segment by segment; the events it calls back and its error.
// level "server": an http.Server that is given one end of a pair of streams; its answers, what its handlers saw, and the
// error of clientError.
'use strict';
const { Duplex } = require('stream');
const http = require('http');
const { HTTPParser } = require('_http_common');
const { allMethods } = require('internal/test/binding').internalBinding('http_parser');

function parse(c) {
  const events = [];
  const parser = new HTTPParser();
  parser.initialize(c.kind, {}, c.max || 0, c.lenient ? HTTPParser.kLenientAll : HTTPParser.kLenientNone);
  let headers = [];
  let url = '';
  let upgraded = false;
  let over = false;
  parser[HTTPParser.kOnHeaders | 0] = (more, rest) => { headers.push(...more); url += rest; };
  parser[HTTPParser.kOnHeadersComplete | 0] = (major, minor, list, method, target, status, text, upgrade, keepAlive) => {
    const all = list === undefined ? headers : list;
    const rest = target === undefined ? url : target;
    headers = []; url = '';
    const first = c.kind === 1 ? [typeof method === 'number' ? allMethods[method] : method, rest] : [status, text];
    events.push(['head', major, minor, ...first, all, upgrade, keepAlive]);
    // As Node's server: only behind CONNECT there is no body; else the parser stops behind it by itself.
    upgraded = upgrade && c.answer === 'accept';
    if (c.answer === 'accept') return first[0] === 'CONNECT' ? 2 : 0;
    return c.answer === 'skip' ? 1 : 0;
  };
  parser[HTTPParser.kOnBody | 0] = (chunk) => {
    const text = chunk.latin1Slice();
    const last = events[events.length - 1];
    if (last && last[0] === 'body') last[1] += text; else events.push(['body', text]);
  };
  parser[HTTPParser.kOnMessageComplete | 0] = () => { events.push(['complete', headers]); headers = []; url = ''; over = upgraded; };
  for (const segment of c.segments) {
    const data = Buffer.from(segment, 'latin1');
    if (!data.length) continue;
    // Node's server takes the parser away then.
    if (over) { events.push(['stopped', 0]); return events; }
    const result = parser.execute(data, 0, data.length);
    if (result instanceof Error) { events.push(['error', result.code, result.reason, result.bytesParsed]); return events; }
    if (result < data.length) { events.push(['stopped', result]); return events; }
  }
  if (c.end) {
    const result = parser.finish();
    if (result instanceof Error) events.push(['error', result.code, result.reason, result.bytesParsed]);
  }
  return events;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function serve(c) {
  const seen = { received: '', requests: [], error: null };
  const server = http.createServer({ insecureHTTPParser: c.lenient, maxHeaderSize: c.max || undefined }, (req, res) => {
    const entry = { version: req.httpVersion, method: req.method, url: req.url, raw: req.rawHeaders, body: '' };
    seen.requests.push(entry);
    req.on('data', (chunk) => { entry.body += chunk.latin1Slice(); });
    req.on('end', () => { entry.trailers = req.rawTrailers; res.sendDate = false; res.writeHead(200, { 'Content-Length': 2 }); res.end('ok'); });
    req.on('error', () => {});
  });
  const socket = new Duplex({
    read() {},
    write(chunk, encoding, callback) { seen.received += chunk.latin1Slice(); callback(); },
    final(callback) { callback(); },
  });
  socket.setTimeout = () => socket;
  server.on('clientError', (error, from) => {
    seen.error = seen.error || error.code;
    if (from.writable) from.end('HTTP/1.1 400 \r\n\r\n'); else from.destroy();
  });
  server.emit('connection', socket);
  for (const segment of c.segments) {
    if (segment && !socket.destroyed) socket.push(Buffer.from(segment, 'latin1'));
    for (let n = 0; n < 4; n++) await turn();
  }
  for (let n = 0; n < 6; n++) await turn();
  socket.destroy();
  for (let n = 0; n < 4; n++) await turn();
  seen.received = seen.received.replace(/Date: [^\r]+\r\n/g, '');
  return seen;
}

(async () => {
  for await (const line of require('readline').createInterface({ input: process.stdin })) {
    const c = JSON.parse(line);
    let outcome;
    try { outcome = c.level === 'server' ? await serve(c) : parse(c); } catch (error) { outcome = [['raised', String(error)]]; }
    process.stdout.write(JSON.stringify(outcome) + '\n');
  }
})();
