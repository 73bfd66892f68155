const { Writable } = require('node:stream');
const myWritable = new Writable({
  write(chunk, encoding, callback) {
    if (chunk.toString().indexOf('a') >= 0) callback(new Error('chunk is invalid'));
    else callback();
  },
});
myWritable.on('error', (e) => console.log('error', e.message)).on('close', () => console.log('close', myWritable.errored.message));
myWritable.write('b', (e) => console.log('b', e));
myWritable.write('a', (e) => console.log('a', e.message));
myWritable.write('c', (e) => console.log('c', e.message));
