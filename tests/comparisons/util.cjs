'use strict';
const util = require('util');
const { EventEmitter } = require('events');

const each = (functions) => functions.map((run) => {
  try {
    return run();
  } catch (error) {
    return [error.name, error.code ?? null, error.code ? error.message : ''];
  }
});
const failed = (promise) => promise.then((value) => [value], (error) => [error.name, error.message]);
const warnings = async (run) => {
  const seen = [];
  const listener = (warning) => seen.push([warning.name, warning.message, warning.code ?? null]);
  process.on('warning', listener);
  await run();
  await new Promise((resolve) => setImmediate(resolve));
  process.removeListener('warning', listener);
  return seen;
};
const NESTED = { b: [1, [2, [3, [4]]]], a: 'it\'s "x"', n: 123456.789, s: new Set([1]), m: new Map([[['k'], 1]]), t: true };

module.exports = {
  inspectOptions: () => [{}, { depth: 0 }, { depth: null }, { breakLength: 20 }, { breakLength: Infinity }, { compact: false }, { compact: 1 }, { sorted: true }, { maxArrayLength: 1 }, { maxStringLength: 2 }, { numericSeparator: true }, { colors: true }, { showHidden: false, showProxy: true, getters: true, customInspect: false }]
    .map((options) => util.inspect(NESTED, options)),
  inspectOfAnObject: () => {
    class Shown {
      [util.inspect.custom](depth, options, inspect) {
        return `<${options.stylize(inspect(5), 'number')} ${depth}>`;
      }
    }
    return [util.inspect(new Shown()), util.inspect({ a: new Shown() }), util.inspect([new Shown()], { colors: true })];
  },
  tablesOfInspect: () => {
    const before = util.inspect.styles.number;
    util.inspect.styles.number = 'red';
    const red = util.inspect(5, { colors: true });
    util.inspect.styles.number = before;
    const { depth } = util.inspect.defaultOptions;
    util.inspect.defaultOptions.depth = 0;
    const shallow = util.inspect({ a: { b: 1 } });
    util.inspect.defaultOptions.depth = depth;
    return [red, util.inspect(5, { colors: true }), shallow, util.inspect.colors.bold, util.inspect.colors.red, util.inspect.defaultOptions, util.inspect({ a: { b: 1 } })];
  },
  format: () => [['%s %d %i %f %j %o %O %% %c|', 'a', 1.5, '2.7', '3.5', { a: 1 }, [1], { b: { c: {} } }, 'css', 'rest'], ['a', 'b', 5, { x: 1 }], ['%s'], ['%d', 'x'], ['100%', 1], [5, '%s']].map((values) => util.format(...values))
    .concat(util.formatWithOptions({ colors: true, compact: false }, '%O', { a: 1 }, 'b')),
  isDeepStrictEqual: () => [util.isDeepStrictEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }), util.isDeepStrictEqual([1], ['1']), util.isDeepStrictEqual(new Set([[1]]), new Set([[1]])), util.isDeepStrictEqual(NaN, NaN), util.isDeepStrictEqual(new (class A {})(), new (class B {})(), { skipPrototype: true })],
  styleText: () => each([
    () => util.styleText('red', 'a', { validateStream: false }), () => util.styleText(['bold', 'underline'], 'a', { validateStream: false }), () => util.styleText('nowhere', 'a'), () => util.styleText('red', 5),
    () => util.styleText('red', 'a', { validateStream: true, stream: Object.assign(new (require('stream').PassThrough)(), { isTTY: false }) }), () => util.styleText('red', 'a', { stream: 5 }),
  ]),
  parseArgs: () => each([
    { args: ['-f', '--bar', 'b', 'rest'], options: { foo: { type: 'boolean', short: 'f' }, bar: { type: 'string' } }, allowPositionals: true },
    { args: ['--no-foo', '--x=1', '--x=2'], options: { foo: { type: 'boolean' }, x: { type: 'string', multiple: true, default: ['0'] } }, allowNegative: true, tokens: true },
    { args: [], options: { d: { type: 'string', default: 'here' } } }, { args: ['--unknown'], strict: false }, { args: ['--unknown'] }, { args: ['rest'] }, { args: ['--s'], options: { s: { type: 'string' } } },
  ].map((config) => () => {
    const { values, positionals, tokens } = util.parseArgs(config);
    return { values, positionals, tokens };
  })),
  parseEnv: () => util.parseEnv('A=1\n# no\nB="x y" # c\nexport C=\'z\'\nD=`a\nb`'),
  mimeType: () => {
    const type = new util.MIMEType('Text/HTML; charset="utf-8"; x=y');
    const { params } = type;
    const before = [String(type), type.toString(), type.type, type.subtype, type.essence, params.get('charset'), params.get('none'), params.has('x'), [...params.keys()], [...params.values()], [...params.entries()], [...params], params instanceof util.MIMEParams];
    params.set('q', 'a b');
    params.delete('x');
    type.type = 'application';
    type.subtype = 'json';
    return [before, String(type), ...each([() => new util.MIMEType('nothing'), () => { type.type = ''; }, () => params.set('', 'x')])];
  },
  encoding: () => {
    const encoder = new util.TextEncoder();
    const target = new Uint8Array(5);
    const { read, written } = encoder.encodeInto('a€€', target);
    const decoder = new util.TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });
    const streaming = new util.TextDecoder();
    return [encoder.encoding, encoder.encode('é'), read, written, target, decoder.encoding, decoder.fatal, decoder.ignoreBOM, decoder.decode(Buffer.from('a\0b\0')), streaming.decode(Buffer.from([0xe2, 0x82]), { stream: true }) + streaming.decode(Buffer.from([0xac])),
      ...each([() => new util.TextDecoder('nowhere'), () => new util.TextDecoder('utf-8', { fatal: true }).decode(Buffer.from([0xff])), () => new util.TextDecoder().decode(5)])];
  },
  promisify: async () => {
    const callback = (value, done) => done(value < 0 ? new Error('negative') : null, value * 2);
    const custom = () => 1;
    custom[util.promisify.custom] = () => 2;
    return [await util.promisify(callback)(2), await failed(util.promisify(callback)(-1)), util.promisify(custom)(), ...each([() => util.promisify(5)])];
  },
  callbackify: async () => {
    const call = (fn, ...args) => new Promise((resolve) => util.callbackify(fn)(...args, (error, value) => resolve([error && error.message, value])));
    return [await call(async (value) => value + 1, 1), await call(async () => { throw new Error('x'); }), ...each([() => util.callbackify(5)])];
  },
  aborted: async () => {
    const controller = new AbortController();
    const seen = [];
    const promise = util.aborted(controller.signal, controller).then(() => seen.push('aborted'));
    controller.abort();
    await promise;
    await util.aborted(AbortSignal.abort(), {});
    return seen;
  },
  deprecate: () => warnings(() => {
    const old = util.deprecate((value) => value, 'old is old', 'DEP9001', { modifyPrototype: true });
    old(1);
    old(2);
    util.deprecate(() => 0, 'other', 'DEP9001')();
  }),
  inherits: () => {
    function Old() { EventEmitter.call(this); }
    util.inherits(Old, EventEmitter);
    return [new Old() instanceof EventEmitter, ...each([() => util.inherits(undefined, EventEmitter)])];
  },
  debuglog: () => [util.debuglog('nowhere').enabled, util.debuglog === util.debug, util.debuglog('nowhere')('x')],
  callSites: () => {
    const outer = () => util.getCallSites(1, { sourceMap: false })[0];
    const { functionName, scriptName, lineNumber, columnNumber, scriptId } = outer();
    return [functionName, require('path').basename(scriptName).split('.')[0], lineNumber > 1, columnNumber > 0, typeof scriptId, util.getCallSites(1).length, ...each([() => util.getCallSites(0), () => util.getCallSites('a')])];
  },
  systemErrors: () => [util.getSystemErrorName(-2), util.getSystemErrorMessage(-2), util.getSystemErrorMap().get(-2), ...each([() => util.getSystemErrorName('x'), () => util.getSystemErrorMessage(1.5)])],
  signals: () => each([() => util.convertProcessSignalToExitCode('SIGTERM'), () => util.convertProcessSignalToExitCode('SIGKILL')]),
  texts: () => [util.stripVTControlCharacters('\x1b[31mred\x1b[0m'), util.toUSVString('a\ud800'), util.isArray([]), util.isArray({}), util.diff('ab', 'ac'), util.diff(['a'], ['a', 'b'])],
  types: () => [util.types.isDate(new Date()), util.types.isRegExp(/x/), util.types.isDate(5)],
};
