import json

from nodecompat import readline, run, setImmediate
from nodecompat.stream import PassThrough

input, output = PassThrough(), PassThrough()
output.on("data", lambda d: print("output", json.dumps(d.decode())))
rl = readline.createInterface({"input": input, "output": output, "prompt": "OHAI> "})


def onAnswer(answer):
    print(f"Thank you for your valuable feedback: {answer}")
    rl.prompt()

    def onLine(line):
        if line.strip() == "hello":
            print("world!")
        else:
            print(f"Say what? I might have heard '{line.strip()}'")
        rl.prompt()

    rl.on("line", onLine).on("close", lambda: print("Have a great day!"))
    input.write("hello\nwhat is\n")

    def later():
        print(rl.getPrompt())
        rl.close()
        try:
            rl.question("x", lambda answer: None)
        except Exception as e:
            print(e.code)

    setImmediate(later)


rl.question("What do you think of Node.js? ", onAnswer)
input.write("nice\n")
run()
