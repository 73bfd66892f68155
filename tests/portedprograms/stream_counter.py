from nodecompat import Buffer, run
from nodecompat.stream import Readable


class Counter(Readable):
    def __init__(self, opt):
        super().__init__(opt)
        self._max = 10
        self._index = 1

    def _read(self, size):
        i = self._index
        self._index += 1
        if i > self._max:
            self.push(None)
        else:
            string = str(i)
            buf = Buffer.from_(string, "ascii")
            self.push(buf)


Counter({"highWaterMark": 2}).on("data", lambda d: print(d.decode())).on("close", lambda: print("close"))
run()
