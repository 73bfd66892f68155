const fs = require('fs');
const https = require('https');
const [key, cert] = process.argv.slice(2).map((path) => fs.readFileSync(path));
const server = https.createServer({ key, cert }, (req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/plain' });
  res.end('hello world\n');
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
