from nodecompat import Buffer, run
from nodecompat.stream import Writable
from nodecompat.string_decoder import StringDecoder


class StringWritable(Writable):
    def __init__(self, options=None):
        super().__init__(options)
        self._decoder = StringDecoder(options and options.get("defaultEncoding"))
        self.data = ""

    def _write(self, chunk, encoding, callback):
        if encoding == "buffer":
            chunk = self._decoder.write(chunk)
        self.data += chunk
        callback()

    def _final(self, callback):
        self.data += self._decoder.end()
        callback()


euro = list(map(Buffer.from_, [[0xE2, 0x82], [0xAC]]))
w = StringWritable()
w.write("currency: ")
w.write(euro[0])
w.end(euro[1])
w.on("finish", lambda: print(w.data))
run()
