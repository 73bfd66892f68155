from twisted.internet import reactor
from twisted.web import resource, server


class Hello(resource.Resource):
    isLeaf = True

    def render_GET(self, request):
        request.setHeader(b"content-type", b"text/plain")
        return b"hello world\n"


port = reactor.listenTCP(0, server.Site(Hello()), interface="127.0.0.1")
print(port.getHost().port, flush=True)
reactor.run()
