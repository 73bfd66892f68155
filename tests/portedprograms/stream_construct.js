const { Readable, Writable } = require('node:stream');
const fs = require('node:fs');
class WriteStream extends Writable {
  constructor(filename) { super(); this.filename = filename; this.fd = null; }
  _construct(callback) {
    fs.open(this.filename, 'w', (err, fd) => {
      if (err) callback(err);
      else { this.fd = fd; callback(); }
    });
  }
  _write(chunk, encoding, callback) { fs.write(this.fd, chunk, callback); }
  _destroy(err, callback) {
    if (this.fd) fs.close(this.fd, (er) => callback(er || err));
    else callback(err);
  }
}
class ReadStream extends Readable {
  constructor(filename) { super(); this.filename = filename; this.fd = null; }
  _construct(callback) {
    fs.open(this.filename, (err, fd) => {
      if (err) callback(err);
      else { this.fd = fd; callback(); }
    });
  }
  _read(n) {
    const buf = Buffer.alloc(n);
    fs.read(this.fd, buf, 0, n, null, (err, bytesRead) => {
      if (err) this.destroy(err);
      else this.push(bytesRead > 0 ? buf.slice(0, bytesRead) : null);
    });
  }
  _destroy(err, callback) {
    if (this.fd) fs.close(this.fd, (er) => callback(er || err));
    else callback(err);
  }
}
const name = __filename + '.c';
const w = new WriteStream(name);
w.write('some data');
w.end(' and more');
w.on('close', () => {
  const r = new ReadStream(name);
  r.on('data', (d) => console.log(d.toString()));
  r.on('close', () => {
    fs.unlinkSync(name);
    new ReadStream(name).on('error', (e) => console.log(e.code, e.syscall)).on('close', () => console.log('close'));
  });
});
