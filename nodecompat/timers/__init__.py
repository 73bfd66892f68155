"""`timers`: setTimeout, setInterval, setImmediate, as in Node 26.

One alarm of the reactor serves all timers (`lists.py`), on the monotonic clock. A callback may be a coroutine function;
its failure goes to 'unhandledRejection'. Differs from Node: the callback is given exactly the arguments that were
passed, and there is no `this`.

Node: https://nodejs.org/api/timers.html
"""

from . import promises
from .callbacks import queueMicrotask
from .immediate import Immediate, clearImmediate, setImmediate
from .promises import TimerOptions
from .timeout import Timeout, Timer, clearInterval, clearTimeout, setInterval, setTimeout

__all__ = [
    "Immediate",
    "Timeout",
    "Timer",
    "TimerOptions",
    "clearImmediate",
    "clearInterval",
    "clearTimeout",
    "promises",
    "queueMicrotask",
    "setImmediate",
    "setInterval",
    "setTimeout",
]

# What `util.promisify` makes of them.
setattr(setTimeout, "__promisify__", promises.setTimeout)
setattr(setImmediate, "__promisify__", promises.setImmediate)
