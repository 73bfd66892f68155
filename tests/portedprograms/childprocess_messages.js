// Node: child_process, the channel of fork(): send() and its results, handles, disconnect() from either side.
const { fork, spawn } = require('child_process');
const net = require('net');

const role = process.argv[2];
const said = (error) => (error ? error.code : error);
if (role === 'sub') {
  console.log('CHILD', process.connected, typeof process.send, process.channel !== undefined);
  process.on('internalMessage', (m) => m.cmd === 'NODE_foo' && console.log('CHILD internal', m.n));
  process.on('message', (m, handle) => {
    if (m === 'leave') {
      process.disconnect();
      console.log('CHILD left', process.connected, process.channel ?? null);
      console.log('CHILD', process.send('late', (error) => console.log('CHILD', said(error))));
      return;
    }
    console.log('CHILD got message:', JSON.stringify(m), handle ?? null);
    if (m?.hello) process.send({ foo: 'bar', baz: NaN }, (error) => console.log('CHILD sent', said(error)));
  });
  process.on('disconnect', () => console.log('CHILD disconnect'));
} else if (role === 'server') {
  let count = 0;
  process.on('message', (m, server) => {
    if (m === 'server') server.on('connection', (socket) => { count += 1; socket.end('handled by child'); }).on('close', () => process.send('closed'));
    if (m === 'server') process.once('message', () => server.close());
    process.send(m === 'socket' ? [m, server ?? null] : m === 'count' ? count : m);
  });
} else if (role === 'quiet') {
  console.log('QUIET', process.connected); // it listens for nothing: the channel does not hold it
} else if (role === 'held') {
  process.on('disconnect', () => console.log('HELD disconnect', process.connected));
} else {
  const steps = [
    (next) => { // the example, and values that JSON writes in its own way
      const n = fork(__filename, ['sub'], { silent: true });
      console.log(n.connected, n.spawnfile === process.execPath, n.stdio.length, n.stdio[3], n.channel !== null);
      let text = '';
      n.stdout.on('data', (data) => { text += data; });
      const closing = [];
      for (const name of ['disconnect', 'exit', 'close']) n.on(name, (...args) => closing.push([name, ...args]));
      n.send({ hello: 'world' }, (error) => console.log('sent', said(error)));
      n.on('message', (m, handle) => {
        console.log('PARENT got message:', JSON.stringify(m), handle ?? null);
        n.send({ cmd: 'NODE_foo', n: 1 });
        for (const value of ['text', '', 0, false, null, [1, [2]], { a: { b: 'é\n\t' }, c: Infinity }]) n.send(value);
        console.log(n.send({ cmd: 'other' }));
        n.send('leave');
      });
      n.on('close', () => { // from the child: 'disconnect' comes, then 'exit' and 'close'
        console.log(text.trim());
        console.log(JSON.stringify(closing.sort()), n.connected, n.channel ?? null);
        console.log(n.send('late', (error) => { console.log(error.code, error.message); next(); }));
      });
    },
    (next) => { // a server that both have
      const subprocess = fork(__filename, ['server']);
      const server = net.createServer().on('connection', (socket) => socket.end('handled by parent'));
      const answers = [];
      const ask = (port, left, done) => net.connect(port, '127.0.0.1').on('data', (data) => answers.push(`${data}`)).on('close', () => (left ? ask(port, left - 1, done) : done()));
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        subprocess.send('server', server);
        subprocess.once('message', () => ask(port, 9, () => {
          console.log(answers.length, answers.every((each) => /^handled by (child|parent)$/.test(each)));
          const byParent = answers.filter((each) => each.endsWith('parent')).length;
          answers.length = 0;
          server.close(() => ask(port, 2, () => { // from now on the child's alone
            console.log(answers.join());
            subprocess.send('count');
            subprocess.once('message', (count) => {
              console.log(typeof count, byParent <= 10);
              subprocess.once('message', (m) => {
                console.log(m);
                const gone = new net.Socket().destroy(); // closed before it could be sent: only its message comes
                subprocess.send('socket', gone, (error) => console.log('sent', said(error)));
                subprocess.once('message', (back) => {
                  console.log(JSON.stringify(back));
                  const long = '€'.repeat(100_000); // in many pieces
                  subprocess.send(long);
                  subprocess.once('message', (m2) => { console.log(m2.length, m2 === long); subprocess.disconnect(); });
                });
              });
            });
          }));
        }));
      });
      subprocess.on('exit', (code, signal) => { console.log('exit', code, signal); next(); });
    },
    (next) => fork(__filename, ['quiet']).on('close', (code) => { console.log('closed', code); next(); }),
    (next) => { // the parent hangs up
      const held = fork(__filename, ['held'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
      let text = '';
      held.stdout.on('data', (data) => { text += data; });
      held.on('disconnect', () => console.log('disconnect', held.connected));
      held.stdout.on('close', () => { console.log(text.trim()); next(); });
      held.on('error', (error) => console.log('error', error.code));
      held.on('spawn', () => {
        held.channel.unref();
        held.channel.ref();
        held.disconnect();
        console.log(held.connected, held.send('late')); // without a callback: an 'error'
        held.disconnect(); // and again
      });
    },
    (next) => { // one that does not read: send() says that much waits; killed, the rest is lost
      const child = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      const text = 'x'.repeat(50_000);
      let sent = 1;
      while (child.send(text)) sent += 1;
      console.log(sent > 1, child.connected);
      child.on('error', (error) => console.log('error', error.code));
      const ends = [];
      const over = (...end) => { ends.push(end); if (ends.length === 2) { console.log(JSON.stringify(ends.sort()), child.connected); next(); } };
      child.send('more', (error) => over('sent', said(error))); // as far as this side is concerned
      child.on('close', (code, signal) => over('closed', code, signal));
      child.kill();
    },
    (next) => { // wrong uses
      const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore', 'ipc'] });
      for (const wrong of [() => child.send(), () => child.send(() => 1), () => child.send('a', {}), () => child.send('a', 'b'), () => child.send('a', null, 5)]) {
        try { console.log(wrong()); } catch (err) { console.log(err.name, err.code); }
      }
      child.on('exit', () => next());
      child.kill();
    },
  ];
  const go = () => steps.length && steps.shift()(go);
  go();
}
