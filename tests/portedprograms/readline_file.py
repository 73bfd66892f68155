from nodecompat import fs, readline, run
from nodecompat.events import once
from nodecompat.stream import Readable

file = __file__ + ".txt"
fs.writeFileSync(file, "one\r\ntwo\n\nfour é\rfive\u2028six")


async def processLineByLine():
    fileStream = fs.createReadStream(file, {"highWaterMark": 4})
    rl = readline.createInterface({"input": fileStream, "crlfDelay": float("inf")})
    async for line in rl:
        print(f"Line from file: {line}")
    second = readline.createInterface({"input": fs.createReadStream(file)})
    second.on("line", lambda line: print(f"Line: {line}")).on("close", lambda: print("close event"))
    await once(second, "close")
    third = readline.createInterface({"input": Readable.from_(["a\nb", "c\n", "d"])})

    @third.on("line")
    def onLine(line):
        print(line)
        if line == "bc":
            third.close()

    await once(third, "close")
    print(str(third.closed).lower())
    handle = await fs.promises.open(file)
    async for line in handle.readLines():
        print(len(line))
    fs.unlinkSync(file)


run(processLineByLine)
