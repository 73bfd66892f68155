const util = require('node:util');
const fs = require('node:fs');
const EventEmitter = require('node:events');
console.log(util.format('%s:%s %d %i %f %j %% %o', 'foo', 'bar', 42.5, 42.9, '1.5', { a: 1 }, [1]), util.format('%s', 1, 2, 'x'));
console.log(util.inspect({ a: [1, 2, [3, [4, [5]]]], b: 'text', c: undefined, d: { k: 1 } }, { depth: 1 }));
console.log(util.inspect('a\'b'), util.inspect([1, , 3].length), util.inspect(new Set([1, 2])));
class Box { constructor(value) { this.value = value; } [util.inspect.custom](depth, options, inspect) { return `Box< ${inspect(this.value, options)} >`; } }
console.log(util.inspect(new Box(true)));
function MyStream() { EventEmitter.call(this); }
util.inherits(MyStream, EventEmitter);
MyStream.prototype.write = function(data) { this.emit('data', data); };
const stream = new MyStream();
stream.on('data', (data) => { console.log(`Received data: "${data}"`); });
stream.write('It works!');
const stat = util.promisify(fs.stat);
stat('.').then((stats) => { console.log(stats.isDirectory()); return stat('/none'); }).catch((e) => console.log(e.code));
async function fn() { return 'hello world'; }
util.callbackify(fn)((err, ret) => { if (err) throw err; console.log(ret); });
const { values, positionals } = util.parseArgs({ args: ['-f', '--bar', 'b', 'x'], options: { foo: { type: 'boolean', short: 'f' }, bar: { type: 'string' } }, allowPositionals: true });
console.log(values.foo, values.bar, positionals.join());
console.log(util.isDeepStrictEqual({ a: [1] }, { a: [1] }), util.types.isPromise(Promise.resolve()), util.types.isRegExp(/a/));
console.log(JSON.stringify(util.styleText('green', 'ok', { validateStream: false })), util.stripVTControlCharacters('\u001B[4mvalue\u001B[0m'));
console.log(new util.TextDecoder('utf-16le').decode(new Uint8Array([97, 0])), new util.TextEncoder().encode('é').join());
const mime = new util.MIMEType('text/html; charset=utf-8; q="sp ace"');
console.log(mime.essence, mime.params.get('charset'), String(mime));
console.log(util.toUSVString('a\ud800').length, util.getSystemErrorName(-2));
