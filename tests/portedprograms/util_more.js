const util = require('node:util');
const log = util.debuglog('foo-bar');
log('hi there, it\'s foo-bar [%d]', 2333); console.log(log.enabled);
const old = util.deprecate(() => 'value', 'old() is deprecated', 'DEP9');
process.on('warning', (w) => console.log(w.name, w.code, w.message));
console.log(old());
const decoder = new util.TextDecoder('utf-8', { fatal: true });
try { decoder.decode(Buffer.from([0xff])); } catch (e) { console.log(e.name, e.code); }
const stream = new util.TextDecoder(); console.log(stream.decode(Buffer.from([0xe2, 0x82]), { stream: true }) + stream.decode(Buffer.from([0xac]), { stream: true }) + stream.decode());
console.log(util.inspect({ a: { b: { c: { d: 1 } } } }, { depth: 0 }), util.inspect({ a: { b: { c: { d: 1 } } } }), util.inspect('x'.repeat(5), { colors: true }));
console.log(util.inspect({ long: 'abcdefghijklmnopqrstuvwxyz', other: 'abcdefghijklmnopqrstuvwxyz', third: [1, 2, 3] }, { compact: false, breakLength: 80 }));
console.log(util.inspect({ b: 1, a: 2 }, { sorted: true }), util.inspect(Array.from({ length: 120 }, (_, i) => i), { maxArrayLength: 3 }), util.inspect('a\n\'b"'), util.inspect(-0), util.inspect([NaN, Infinity]));
const circular = {}; circular.self = circular; console.log(util.inspect(circular));
try { util.parseArgs({ args: ['--unknown'] }); } catch (e) { console.log(e.code, e.message); }
try { util.parseArgs({ args: ['x'] }); } catch (e) { console.log(e.code, e.message); }
const r = util.parseArgs({ args: ['--no-color', '-vv', '--n=3', '--', 'rest'], allowNegative: true, allowPositionals: true, options: { color: { type: 'boolean' }, verbose: { type: 'boolean', short: 'v', multiple: true }, n: { type: 'string', default: '1' }, d: { type: 'string', default: 'dd' } } });
console.log(r.values.color, r.values.verbose.length, r.values.n, r.values.d, r.positionals.join());
util.aborted(AbortSignal.abort(), {}).then(() => console.log('aborted'));
