from nodecompat import net, run

server = net.createServer(lambda socket: socket.on("data", socket.write))
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
