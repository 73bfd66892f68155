from nodecompat import run, setImmediate
from nodecompat.stream import Readable


class LowLevelSource:
    n = 0
    stopped = True

    def readStart(self):
        if self.stopped:
            self.stopped = False
            print("start")
            setImmediate(self.go)

    def readStop(self):
        self.stopped = True
        print("stop")

    def go(self):
        while not self.stopped and self.n < 6:
            n = self.n
            self.n += 1
            self.ondata("chunk" + str(n))
        if self.n == 6 and not self.stopped:
            self.onend()


class SourceWrapper(Readable):
    def __init__(self, options):
        super().__init__(options)
        self._source = LowLevelSource()

        def ondata(chunk):
            if not self.push(chunk):
                self._source.readStop()

        self._source.ondata = ondata
        self._source.onend = lambda: self.push(None)

    def _read(self, size):
        self._source.readStart()


w = SourceWrapper({"highWaterMark": 12})


@w.on("data")
def onData(d):
    print("data", d.decode())
    w.pause()
    setImmediate(lambda: w.resume())


w.on("end", lambda: print("end"))
run()
