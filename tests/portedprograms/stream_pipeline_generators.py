from nodecompat import run
from nodecompat.stream import Readable, Writable
from nodecompat.stream.promises import pipeline


async def main():
    out = []

    async def upper(source, options):
        source.setEncoding("utf8")
        async for chunk in source:
            yield chunk.upper()

    await pipeline(
        Readable.from_(["the quick ", "brown fox"]),
        upper,
        Writable(decodeStrings=False, write=lambda c, e, cb: (out.append(c), cb())),
    )
    print("Pipeline succeeded.", "|".join(out))

    async def letters(options):
        yield "a"
        yield "b"

    async def joined(source):
        return "".join([x async for x in source])

    print(await pipeline(letters, joined))


run(main)
