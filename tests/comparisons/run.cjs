// Runs the functions of MODULE.cjs and prints what they return, as JSON: node run.cjs MODULE
'use strict';
const name = process.argv[2];
const functions = require(`./${name}.cjs`);

/** As `plain` of comparing.py writes it. */
function plain(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : { number: String(value) };
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : { integer: String(value) };
  if (typeof value === 'symbol') return { symbol: value.description };
  if (typeof value === 'function') return { function: value.name };
  if (typeof value !== 'object') return value;
  if (value instanceof Error) return { error: [value.code ?? value.name, value.message] };
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return { bytes: Buffer.from(value.buffer ?? value, value.byteOffset, value.byteLength).toString('latin1') };
  if (value instanceof Date) return { date: value.getTime() };
  if (value instanceof Map) value = Object.fromEntries(value);
  if (typeof value[Symbol.iterator] === 'function') return [...value].map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]).filter(([, each]) => each !== null));
}

let current = '';
process.on('exit', () => {
  if (current) console.error(`${current} never ends`);
  process.exitCode ||= current ? 1 : 0;
});

(async () => {
  const answers = {};
  for (const [key, run] of Object.entries(functions)) {
    current = key;
    try {
      answers[key] = plain(await run());
    } catch (error) {
      answers[key] = { raises: plain(error).error ?? String(error) };
    }
  }
  current = '';
  process.stdout.write(JSON.stringify(answers), () => process.exit(0));
})();
