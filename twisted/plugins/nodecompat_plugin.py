"""Makes `nodecompat` a command of twistd (`nodecompat/serving/twistd.py`), and `direct` one of its reactors."""

from twisted.application.reactors import Reactor
from twisted.application.service import ServiceMaker

nodecompat = ServiceMaker(
    "nodecompat",
    "nodecompat.serving.twistd",
    "Servers with Node.js's API: http and net handlers, or a whole program.",
    "nodecompat",
)
direct = Reactor(
    "direct",
    "nodecompat.reactor.descriptor.direct",
    "epoll, waiting where nodecompat's connections are: a single connection is answered a tenth sooner.",
)
