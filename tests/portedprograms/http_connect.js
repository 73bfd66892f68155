const http = require('node:http');
const net = require('node:net');
const { URL } = require('node:url');
const origin = http.createServer((req, res) => { res.end('origin says ' + req.url); });
const proxy = http.createServer((req, res) => { res.writeHead(200, { 'Content-Type': 'text/plain' }); res.end('okay'); });
proxy.on('connect', (req, clientSocket, head) => {
  const { port, hostname } = new URL(`http://${req.url}`);
  const serverSocket = net.connect(port || 80, hostname, () => {
    clientSocket.write('HTTP/1.1 200 Connection Established\r\n' +
                    'Proxy-agent: Node.js-Proxy\r\n' +
                    '\r\n');
    serverSocket.write(head);
    serverSocket.pipe(clientSocket);
    clientSocket.pipe(serverSocket);
  });
});
origin.listen(0, '127.0.0.1', () => proxy.listen(0, '127.0.0.1', () => {
  const options = { port: proxy.address().port, host: '127.0.0.1', method: 'CONNECT', path: '127.0.0.1:' + origin.address().port };
  const req = http.request(options);
  req.end();
  req.on('connect', (res, socket, head) => {
    console.log('got connected!', res.statusMessage, res.headers['proxy-agent']);
    socket.write('GET /x HTTP/1.1\r\n' + 'Host: a\r\n' + 'Connection: close\r\n' + '\r\n');
    let all = '';
    socket.on('data', (chunk) => { all += chunk; });
    socket.on('end', () => { console.log(all.split('\r\n\r\n')[1]); proxy.close(); origin.close(); });
  });
}));
