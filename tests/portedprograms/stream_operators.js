const { Readable } = require('node:stream');
async function main() {
  for await (const chunk of Readable.from([1, 2, 3, 4]).map((x) => x * 2)) console.log(chunk);
  console.log(await Readable.from([1, 2, 3, 4]).filter((x) => x > 2).toArray());
  console.log(await Readable.from([1, 2, 3, 4]).some(async (x) => x > 3), await Readable.from([1, 2]).every((x) => x > 1));
  console.log(await Readable.from([1, 2, 3, 4]).find((x) => x > 2), await Readable.from([1]).find((x) => x > 2));
  console.log(await Readable.from([[1], [2, 3]]).flatMap((x) => x).toArray());
  console.log(await Readable.from([1, 2, 3, 4]).drop(2).toArray(), await Readable.from([1, 2, 3, 4]).take(2).toArray());
  console.log(await Readable.from([1, 2, 3]).reduce((a, b) => a + b, 10));
  await Readable.from([1, 2]).forEach((x) => console.log('each', x), { concurrency: 2 });
  try { await Readable.from([]).reduce((a, b) => a + b); } catch (e) { console.log(e.name, e.code); }
}
main();
