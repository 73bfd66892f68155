// Plays programs of tools/fuzz_web.py: a JSON line each on standard input, `[index, log]` as a line on standard output.
'use strict';
const readline = require('readline');

const classes = { Headers, Request, Response, FormData, Blob, URLSearchParams, ReadableStream };

function decode(value, objects) {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map((each) => decode(each, objects));
  if (typeof value !== 'object') return value;
  if ('bytes' in value) return Buffer.from(value.bytes, 'latin1');
  if ('object' in value) return objects[value.object];
  if ('stream' in value) return ReadableStream.from(value.stream.map((each) => decode(each, objects)));
  if ('chunks' in value) {
    const chunks = value.chunks.map((each) => decode(each, objects));
    return (async function* () { for (const chunk of chunks) yield chunk; })();
  }
  if ('form' in value) {
    const form = new FormData();
    for (const [name, given] of value.form) form.append(name, given);
    return form;
  }
  if ('blob' in value) return new Blob([value.blob[0]], { type: value.blob[1] });
  if ('params' in value) return new URLSearchParams(value.params);
  if ('abort' in value) return value.abort ? AbortSignal.abort() : new AbortController().signal;
  return Object.fromEntries(Object.entries(value.options).map(([name, given]) => [name, decode(given, objects)]));
}

async function encode(value, objects) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value.replace(/undici-\d+/g, 'BOUNDARY');
  if (typeof value !== 'object') return value;
  if (value instanceof ArrayBuffer) value = new Uint8Array(value);
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('latin1').replace(/undici-\d+/g, 'BOUNDARY') };
  if (value instanceof Headers) return { Headers: [...value].map(([name, given]) => [name, given.replace(/undici-\d+/g, 'BOUNDARY')]) };
  if (value instanceof FormData) return { FormData: [...value].map(([name, given]) => [name, String(given)]) };
  if (value instanceof Blob) return { Blob: [await value.text(), value.type].map((each) => each.replace(/undici-\d+/g, 'BOUNDARY')) };
  if (value instanceof AbortSignal) return { AbortSignal: value.aborted };
  for (const name of ['Request', 'Response', 'ReadableStream']) {
    if (value instanceof classes[name]) {
      objects.push(value);
      return name;
    }
  }
  if (typeof value[Symbol.iterator] === 'function' && !Array.isArray(value)) value = [...value];
  return value;
}

async function perform([kind, target, name, ...args], objects) {
  if (kind === 'new') {
    return new classes[target](...[name, ...args].map((each) => decode(each, objects)));
  }
  if (kind === 'static') return classes[target][name](...args.map((each) => decode(each, objects)));
  const object = objects[target];
  if (kind === 'get') return object[name];
  if (kind === 'each') {
    const seen = [];
    object.forEach((value, key) => seen.push([key, value]));
    return seen;
  }
  if (kind === 'read') {
    const seen = [];
    for await (const chunk of object[name]) {
      seen.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1').replace(/undici-\d+/g, 'BOUNDARY'));
    }
    return seen.join('');
  }
  return object[name](...args.map((each) => decode(each, objects)));
}

async function play(program) {
  const objects = [];
  const log = [];
  for (const step of program) {
    try {
      if (step[0] !== 'new' && step[0] !== 'static' && objects[step[1]] === undefined) {
        log.push('missing');
        continue;
      }
      if (JSON.stringify(step).match(/"object":(\d)/)?.[1] >= objects.length || (step[0] === 'read' && !objects[step[1]][step[2]])) {
        log.push('missing');
        continue;
      }
      const value = await perform(step, objects);
      if (step[0] === 'new' && step[1] === 'Headers') objects.push(value);
      log.push(await encode(value, objects));
    } catch (error) {
      log.push({ error: [error.name, error.message] });
    }
  }
  return log;
}

async function main() {
  let at = 0;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(JSON.stringify([at++, await play(JSON.parse(line))]));
  }
}
main();
