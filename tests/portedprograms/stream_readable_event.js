const fs = require('node:fs');
fs.writeFileSync(__filename + '.foo', 'abc');
const rr = fs.createReadStream(__filename + '.foo');
rr.on('readable', () => {
  const data = rr.read();
  console.log(`readable: ${data === null ? 'null' : data}`);
});
rr.on('end', () => { console.log('end'); fs.unlinkSync(__filename + '.foo'); });
