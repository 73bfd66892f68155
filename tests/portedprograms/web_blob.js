const { Blob, File } = require('node:buffer');
(async () => {
  const blob = new Blob(['héllo ', Buffer.from('world'), new Blob(['!'])], { type: 'Text/Plain' });
  console.log(blob.size, blob.type, await blob.text(), await blob.slice(0, 6).text(), (await blob.arrayBuffer()).byteLength);
  let n = 0; for await (const chunk of blob.stream()) n += chunk.length; console.log(n);
  const file = new File(['x'], 'a.txt', { type: 'text/plain', lastModified: 5 }); console.log(file.name, file.lastModified, file.size, file instanceof Blob);
  const form = new FormData(); form.append('a', '1'); form.append('f', file); form.append('a', '2');
  console.log(form.get('a'), form.getAll('a').join(), form.has('b'), [...form.keys()].join());
  const text = await new Response(form).text(); console.log(text.split('\r\n').length, text.includes('filename="a.txt"'));
  const r = new Response('{"a":1}', { status: 201, headers: { 'x-a': 'b' } }); const c = r.clone(); console.log(r.status, r.ok, (await r.json()).a, await c.text(), r.bodyUsed);
  const { readable, writable } = new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk.toUpperCase()); } });
  const writer = writable.getWriter(); writer.write('abc'); writer.close();
  const out = []; for await (const x of readable) out.push(x); console.log(out.join());
  const rs = new ReadableStream({ start(c) { c.enqueue('1'); c.enqueue('2'); c.close(); } }); const [a, b] = rs.tee();
  const both = []; for await (const x of a) both.push('a' + x); for await (const x of b) both.push('b' + x); console.log(both.join(), rs.locked);
})();
