from nodecompat import Blob, Buffer, File, FormData, Response, run
from nodecompat.stream.web import ReadableStream, TransformStream


def js(*values):
    print(*(str(v).lower() if isinstance(v, bool) else v for v in values))


async def main():
    blob = Blob(["héllo ", Buffer.from_("world"), Blob(["!"])], {"type": "Text/Plain"})
    print(blob.size, blob.type, await blob.text(), await blob.slice(0, 6).text(), len(await blob.arrayBuffer()))
    n = 0
    async for chunk in blob.stream():
        n += len(chunk)
    print(n)
    file = File(["x"], "a.txt", {"type": "text/plain", "lastModified": 5})
    js(file.name, file.lastModified, file.size, isinstance(file, Blob))
    form = FormData()
    form.append("a", "1")
    form.append("f", file)
    form.append("a", "2")
    js(form.get("a"), ",".join(form.getAll("a")), form.has("b"), ",".join(form.keys()))
    text = await Response(form).text()
    js(len(text.split("\r\n")), 'filename="a.txt"' in text)
    r = Response('{"a":1}', {"status": 201, "headers": {"x-a": "b"}})
    c = r.clone()
    js(r.status, r.ok, (await r.json())["a"], await c.text(), r.bodyUsed)
    pair = TransformStream({"transform": lambda chunk, controller: controller.enqueue(chunk.upper())})
    writer = pair.writable.getWriter()
    writer.write("abc")
    writer.close()
    print(",".join([x async for x in pair.readable]))

    def start(c):
        c.enqueue("1")
        c.enqueue("2")
        c.close()

    rs = ReadableStream({"start": start})
    a, b = rs.tee()
    both = ["a" + x async for x in a] + ["b" + x async for x in b]
    js(",".join(both), rs.locked)


run(main)
