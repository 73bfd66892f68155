import sys
from pathlib import Path

from twisted.internet import reactor, ssl
from twisted.web import resource, server


class Hello(resource.Resource):
    isLeaf = True

    def render_GET(self, request):
        request.setHeader(b"content-type", b"text/plain")
        return b"hello world\n"


key, cert = (Path(path).read_bytes() for path in sys.argv[1:])
options = ssl.PrivateCertificate.loadPEM(key + cert).options()
port = reactor.listenSSL(0, server.Site(Hello()), options, interface="127.0.0.1")
print(port.getHost().port, flush=True)
reactor.run()
