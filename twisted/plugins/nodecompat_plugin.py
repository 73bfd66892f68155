"""Makes `nodecompat` a command of twistd. What it takes and does is in `nodecompat/serving/twistd.py`."""

from twisted.application.service import ServiceMaker

nodecompat = ServiceMaker(
    "nodecompat",
    "nodecompat.serving.twistd",
    "Servers with Node.js's API: http and net handlers, or a whole program.",
    "nodecompat",
)
