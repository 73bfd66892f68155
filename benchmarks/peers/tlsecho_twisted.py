import sys
from pathlib import Path

from twisted.internet import protocol, reactor, ssl


class Echo(protocol.Protocol):
    def dataReceived(self, data):
        self.transport.write(data)


key, cert = (Path(path).read_bytes() for path in sys.argv[1:])
options = ssl.PrivateCertificate.loadPEM(key + cert).options()
port = reactor.listenSSL(0, protocol.Factory.forProtocol(Echo), options, interface="127.0.0.1")
print(port.getHost().port, flush=True)
reactor.run()
