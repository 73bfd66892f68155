const { pipeline } = require('node:stream/promises');
const { Readable, PassThrough } = require('node:stream');
const ac = new AbortController();
const options = { signal: ac.signal };
setTimeout(() => ac.abort(), 1);
const source = new Readable({ read() {} });
pipeline(source, new PassThrough(), options).catch((err) => { console.log(err.name, err.code, source.destroyed); });
