from nodecompat import net, readline, run, setTimeout


def onConnection(socket):
    rl = readline.createInterface({"input": socket})
    rl.on("line", lambda line: socket.end("bye\n") if line == "quit" else socket.write(f"{line.upper()}\n"))
    rl.on("close", lambda: print("server: closed"))


server = net.createServer(onConnection)


async def onListening():
    c = net.connect(server.address().port)
    c.write("hello\r\nwo")
    setTimeout(lambda: c.write("rld\nquit\n"), 2)
    async for line in readline.createInterface({"input": c}):
        print(line)
    server.close()


server.listen(0, onListening)
run()
