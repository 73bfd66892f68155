from nodecompat import http, run

server = http.createServer(lambda req, res: req.pipe(res))
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
