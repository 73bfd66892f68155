const fs = require('node:fs');
const file = __filename + '.cb';
const second = () => {
  const out = fs.createWriteStream(file + '2', { flags: 'a' });
  out.on('open', (fd) => console.log('open', typeof fd)).on('ready', () => console.log('ready'));
  out.write('one '); out.end('two', () => { console.log(out.bytesWritten, out.path === file + '2', out.pending); console.log(fs.readFileSync(file + '2', 'utf8')); fs.rmSync(file + '2'); });
};
fs.writeFile(file, 'abcdefghij'.repeat(20), (err) => {
  if (err) throw err;
  fs.createReadStream(file, { start: 90, end: 99 }).on('data', (d) => console.log(d.toString())).on('close', () => {
    fs.open(file, 'r', (err, fd) => {
      fs.fstat(fd, (err, stat) => {
        console.log(stat.size);
        fs.read(fd, { buffer: Buffer.alloc(4), position: 2 }, (err, bytesRead, buffer) => {
          console.log(bytesRead, buffer.toString());
          fs.close(fd, (err) => {
            if (err) throw err;
            fs.access(file, fs.constants.F_OK, (err) => { console.log(`${err ? 'does not exist' : 'exists'}`); 
              fs.unlink(file, () => { fs.readFile(file, 'utf8', (err, data) => { console.log(err.code, data, err.message.replace(file, 'FILE')); second(); }); });
            });
          });
        });
      });
    });
  });
});
