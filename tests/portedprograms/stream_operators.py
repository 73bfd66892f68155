from nodecompat import run, util
from nodecompat.stream import Readable


def log(*values):
    print(util.format(*values))


async def main():
    async for chunk in Readable.from_([1, 2, 3, 4]).map(lambda x: x * 2):
        print(chunk)
    log(await Readable.from_([1, 2, 3, 4]).filter(lambda x: x > 2).toArray())

    async def moreThan3(x):
        return x > 3

    log(await Readable.from_([1, 2, 3, 4]).some(moreThan3), await Readable.from_([1, 2]).every(lambda x: x > 1))
    log(await Readable.from_([1, 2, 3, 4]).find(lambda x: x > 2), await Readable.from_([1]).find(lambda x: x > 2))
    log(await Readable.from_([[1], [2, 3]]).flatMap(lambda x: x).toArray())
    log(await Readable.from_([1, 2, 3, 4]).drop(2).toArray(), await Readable.from_([1, 2, 3, 4]).take(2).toArray())
    log(await Readable.from_([1, 2, 3]).reduce(lambda a, b: a + b, 10))
    await Readable.from_([1, 2]).forEach(lambda x: print("each", x), {"concurrency": 2})
    try:
        await Readable.from_([]).reduce(lambda a, b: a + b)
    except TypeError as e:
        print(e.name, e.code)


run(main)
