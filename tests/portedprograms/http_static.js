// The tutorial's static server.
const http = require('node:http'), fs = require('node:fs'), path = require('node:path');
const MIME = { default: 'application/octet-stream', html: 'text/html; charset=UTF-8', js: 'application/javascript' };
const STATIC = __filename + '.d';
fs.mkdirSync(STATIC, { recursive: true });
fs.writeFileSync(path.join(STATIC, 'index.html'), '<h1>Hi</h1>');
fs.writeFileSync(path.join(STATIC, '404.html'), 'no');
const prepareFile = async (url) => {
  const paths = [STATIC, url];
  if (url.endsWith('/')) paths.push('index.html');
  const filePath = path.join(...paths);
  const pathTraversal = !filePath.startsWith(STATIC);
  const exists = await fs.promises.access(filePath).then(() => true, () => false);
  const found = !pathTraversal && exists;
  const streamPath = found ? filePath : STATIC + '/404.html';
  const ext = path.extname(streamPath).substring(1).toLowerCase();
  const stream = fs.createReadStream(streamPath);
  return { found, ext, stream };
};
const server = http.createServer(async (req, res) => {
  const file = await prepareFile(req.url);
  const statusCode = file.found ? 200 : 404;
  const mimeType = MIME[file.ext] || MIME.default;
  res.writeHead(statusCode, { 'Content-Type': mimeType });
  file.stream.pipe(res);
  console.log(`${req.method} ${req.url} ${statusCode}`);
});
server.listen(0, async () => {
  for (const p of ['/', '/x.js', '/../http_static.js']) {
    await new Promise((done) => http.get({ port: server.address().port, path: p, agent: false }, (res) => {
      let s = ''; res.on('data', (d) => { s += d; }); res.on('end', () => { console.log(res.headers['content-type'], s); done(); });
    }));
  }
  server.close();
  fs.rmSync(STATIC, { recursive: true });
});
