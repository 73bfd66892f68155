from nodecompat import AbortController, run, setImmediate, setTimeout
from nodecompat.readline import promises as readline
from nodecompat.stream import PassThrough


async def main():
    input = PassThrough()
    rl = readline.createInterface({"input": input, "output": PassThrough()})
    setImmediate(lambda: input.write("42\n"))
    answer = await rl.question("What is the answer? ")
    print(f"Thank you: {answer}")
    ac = AbortController()
    signal = ac.signal
    setTimeout(lambda: ac.abort(), 5)
    try:
        await rl.question("again? ", {"signal": signal})
    except Exception as e:
        print(e.name, e.code)
    rl.close()
    try:
        await rl.question("x")
    except Exception as e:
        print(e.code)


run(main)
