'use strict';
const { types } = require('util');

const VALUES = [undefined, 5, 'a', true, [], {}, new Map(), new Set(), new WeakMap(), new WeakSet(), new Date(), /x/, new Error('x'), Promise.resolve(), async () => 0, function* () {}, (function* () {})(), () => 0,
  new Uint8Array(1), new Int8Array(1), new Uint16Array(1), new Int16Array(1), new Uint32Array(1), new Int32Array(1), new Float32Array(1), new Float64Array(1), new BigInt64Array(1), new BigUint64Array(1), new Map().entries(), new Set().values(), new Proxy({}, {})];
// Python has one kind for each of these.
const NAMES = ['isAsyncFunction', 'isBigInt64Array', 'isBigUint64Array', 'isDate', 'isFloat32Array', 'isFloat64Array', 'isGeneratorFunction', 'isGeneratorObject', 'isInt16Array', 'isInt32Array', 'isInt8Array', 'isMap', 'isMapIterator', 'isNativeError', 'isPromise', 'isRegExp',
  'isSet', 'isSetIterator', 'isTypedArray', 'isUint16Array', 'isUint32Array', 'isWeakMap', 'isWeakSet', 'isArrayBuffer', 'isAnyArrayBuffer', 'isArrayBufferView', 'isUint8Array', 'isUint8ClampedArray', 'isSharedArrayBuffer', 'isDataView', 'isFloat16Array',
  'isArgumentsObject', 'isBigIntObject', 'isBooleanObject', 'isBoxedPrimitive', 'isExternal', 'isModuleNamespaceObject', 'isNumberObject', 'isStringObject', 'isSymbolObject', 'isProxy'];

module.exports = {
  kindsOfValues: () => Object.fromEntries(NAMES.map((name) => [name, VALUES.slice(0, -1).map((value) => types[name](value)).flatMap((found, at) => (found ? [at] : []))])),
};
