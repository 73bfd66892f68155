from nodecompat import http, run


def onRequest(req, res):
    res.writeEarlyHints({"link": "</styles.css>; rel=preload; as=style", "x-trace-id": "id"})
    res.writeProcessing()
    res.writeHead(200, "Fine", {"Content-Type": "text/plain", "Trailer": "Content-MD5"})
    res.write("data")
    res.addTrailers({"Content-MD5": "7895bf4b8828b55ceaf47747b4bca667"})
    res.end()


server = http.createServer(onRequest)


@server.on("checkContinue")
def onCheckContinue(req, res):
    print("expects", req.headers["expect"])
    res.writeContinue()
    server.emit("request", req, res)


def onListening():
    req = http.request({"port": server.address().port, "method": "PUT", "headers": {"Expect": "100-continue"}})
    req.on("continue", lambda: (print("continue"), req.end("body")))
    req.on(
        "information",
        lambda info: print(
            "Got information prior to main response: " + str(info.statusCode), info.headers["link"] or "undefined"
        ),
    )

    @req.on("response")
    def onResponse(res):
        res.resume()

        @res.on("end")
        def onEnd():
            print(res.statusMessage, res.trailers["content-md5"], "true" if res.complete else "false")
            server.close()


server.listen(0, onListening)
run()
