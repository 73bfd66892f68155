// What Node's tls does in the cases of features.py: node features.cjs < {"pems", "cases"} > [{"client", "server"}, ...]
// Each side's log is its own: how the two interleave is the network's affair.
'use strict';
const https = require('https');
const tls = require('tls');
const { pems, cases } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const KEY = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');

const show = (value) => {
  if (value === undefined || value === null) return null;
  if (Buffer.isBuffer(value)) return 'bytes';
  return typeof value === 'bigint' ? Number(value) : value;
};
const answers = {
  good: () => [null, Buffer.from(pems.status, 'base64')],
  none: () => [null, null],
  bad: () => [new Error('refused')],
};
const functions = {
  // A ticket of TLS 1.3 comes as an identity, too; its random bytes may be a text up to their first zero.
  serverKey: () => (socket, identity) => (identity.startsWith('m') ? KEY : null),
  serverKeyObject: () => () => ({ psk: KEY }),
  otherKey: () => () => Buffer.alloc(16),
  clientKey: (log) => (hint) => { log('hint', hint); return { psk: KEY, identity: 'me' }; },
  unicodeKey: () => () => ({ psk: KEY, identity: 'mé€' }),
  noKey: () => () => null,
  undefinedKey: () => () => undefined,
  textKey: () => () => 'x',
  textKeyObject: () => () => ({ psk: 'x', identity: 'me' }),
  noIdentity: () => () => ({ psk: KEY }),
  longKey: () => () => ({ psk: Buffer.alloc(600), identity: 'me' }),
  longIdentity: () => () => ({ psk: KEY, identity: 'm'.repeat(300) }),
  refuse: () => (name, callback) => callback(new Error('refused')),
  chooseB: (log) => ({ servername, protocols }) => { log('ALPN', servername, protocols); return 'b'; },
  chooseNone: () => () => undefined,
  chooseOther: () => () => 'c',
  lookup: (log) => (name, options, callback) => {
    log('lookup', name);
    if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
    else callback(null, '127.0.0.1', 4);
  },
  refuseName: () => () => new Error('not you'),
  anyName: () => () => undefined,
  nameLog: (log) => (host, cert) => { log('checkServerIdentity', Object.keys(cert).length > 0); },
};
const filled = (value) => { // PEMs by name also inside of lists and objects
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value === 'string' && value[0] === '@') return pems[value.slice(1)];
  if (value && value.base64) return Buffer.from(pems[value.base64], 'base64');
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, filled(v)]));
  return value;
};
const prepared = (options, log) => Object.fromEntries(Object.entries(options).map(([name, value]) => {
  if (value && value.fn) return [name, functions[value.fn](log)];
  return [name, filled(value)];
}));
const attempt = (call) => {
  try {
    return show(call());
  } catch (error) {
    return [error.code, error.message];
  }
};
const ask = (log, socket, calls) => {
  for (const [name, ...args] of calls || []) log(name, attempt(() => socket[name](...args)));
};
const failed = (error) => error.code || error.message;

const play = (test) => new Promise((resolve) => {
  const logs = { client: [], server: [] };
  const onServer = (...what) => logs.server.push(what);
  const onClient = (...what) => logs.client.push(what);
  const finish = () => resolve(logs);
  let server;
  try {
    server = tls.createServer(prepared(test.server, onServer));
  } catch (error) {
    onServer('throws', error.code, error.message);
    return finish();
  }
  const store = {};
  for (const [event, mode] of Object.entries(test.on || {})) {
    if (event === 'OCSPRequest') {
      server.on(event, (certificate, issuer, callback) => {
        onServer(event, show(certificate), show(issuer));
        const answer = answers[mode.replace('late ', '')]();
        if (mode.startsWith('late ')) setTimeout(callback, 5, ...answer);
        else callback(...answer);
      });
    } else if (event === 'newSession') {
      server.on(event, (id, data, callback) => {
        onServer(event, id.length, show(data));
        if (mode === 'late') setTimeout(() => { onServer('stored'); callback(); }, 5);
        else if (mode === 'now') callback();
      });
    } else if (event === 'keylog') {
      server.on(event, (line, socket) => onServer(event, line.toString().split(' ')[0], line.at(-1), socket instanceof tls.TLSSocket));
    }
  }
  server.on('tlsClientError', (error) => onServer('tlsClientError', failed(error)));
  server.on('secureConnection', (socket) => {
    onServer('secureConnection', socket.authorized, socket.isSessionReused());
    ask(onServer, socket, test.askServer);
    socket.on('error', (error) => onServer('error', failed(error)));
    socket.on('data', (data) => { onServer('data', String(data)); socket.end('hi'); });
  });
  let left = test.times || 1;
  let session;
  const connect = () => {
    left--;
    let client;
    try {
      client = tls.connect({ port: server.address().port, host: '127.0.0.1', session, ...prepared(test.client, onClient) });
    } catch (error) {
      onClient('throws', error.code, error.message);
      server.close(finish);
      return;
    }
    const timer = setTimeout(() => { onClient('gave up'); client.destroy(); }, 400);
    if (test.keylog) client.on('keylog', (line) => onClient('keylog', line.toString().split(' ')[0], line.at(-1)));
    client.on('OCSPResponse', (response) => onClient('OCSPResponse', show(response)));
    client.on('session', (data) => {
      session = data;
      if (!client.isSessionReused() || client.getProtocol() === 'TLSv1.2') onClient('session', show(data));
    });
    for (const event of ['secure', 'end']) client.on(event, () => onClient(event));
    client.on('secureConnect', () => {
      onClient('secureConnect', client.authorized, client.authorizationError, client.isSessionReused());
      if (!client.isSessionReused()) {
        const peer = client.getPeerCertificate();
        onClient('peer', peer.subject ? peer.subject.CN : null);
      }
      ask(onClient, client, test.askClient);
      client.write('x');
    });
    client.on('data', (data) => onClient('data', String(data)));
    client.on('error', (error) => onClient('error', failed(error)));
    client.on('close', (hadError) => {
      clearTimeout(timer);
      onClient('close', hadError);
      setImmediate(() => left ? connect() : server.close(finish));
    });
  };
  server.listen(0, '127.0.0.1', connect);
});

const playHTTPS = (test) => new Promise((resolve) => {
  const logs = { client: [], server: [] };
  const onServer = (...what) => logs.server.push(what);
  const onClient = (...what) => logs.client.push(what);
  const server = https.createServer(prepared(test.server, onServer), (req, res) => {
    onServer('request', req.socket.isSessionReused(), req.socket.servername, req.socket.alpnProtocol);
    res.end('hi');
  });
  server.on('clientError', (error, socket) => { onServer('clientError', failed(error)); socket.destroy(); });
  const agent = new https.Agent(prepared(test.agent || {}, onClient));
  if (test.keylog) agent.on('keylog', (line, socket) => onClient('keylog', line.toString().split(' ')[0], line.at(-1), socket instanceof tls.TLSSocket));
  let left = test.times || 1;
  const next = () => {
    if (!left--) {
      agent.destroy();
      server.close(() => resolve(logs));
      return;
    }
    const options = { port: server.address().port, host: '127.0.0.1', agent, ...prepared(test.client, onClient) };
    const request = https.get(options, (response) => {
      onClient('response', response.statusCode, response.socket.isSessionReused(), response.socket.authorized);
      response.resume();
      response.on('end', () => onClient('end'));
    });
    request.on('error', (error) => onClient('error', failed(error)));
    request.on('close', () => setTimeout(next, 20));
  };
  server.listen(0, '127.0.0.1', next);
});

(async () => {
  const results = [];
  for (const test of cases) { if (process.env.DEBUG) console.error(test.name); results.push(await (test.https ? playHTTPS : play)(test)); }
  console.log(JSON.stringify(results));
})();
