from nodecompat import fs, run
from nodecompat.stream import Readable


async def printAll(readable):
    readable.setEncoding("utf8")
    data = ""
    async for chunk in readable:
        data += chunk
    print(len(data), data[:10])


async def main():
    fs.writeFileSync(__file__ + ".x", "é" * 100000)
    await printAll(fs.createReadStream(__file__ + ".x"))
    fs.unlinkSync(__file__ + ".x")
    readable = Readable.from_(["a", "b", "c"])
    async for chunk in readable:
        print(chunk)
        if chunk == "b":
            break
    print("true" if readable.destroyed else "false")


run(main)
