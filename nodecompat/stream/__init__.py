"""The module `stream`."""

from .duplex import Duplex, duplexPair
from .legacy import Stream
from .passthrough import PassThrough
from .readable import Readable
from .state import getDefaultHighWaterMark, setDefaultHighWaterMark
from .transform import Transform
from .writable import Writable
