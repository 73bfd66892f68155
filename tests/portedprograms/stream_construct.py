from nodecompat import Buffer, fs, run
from nodecompat.stream import Readable, Writable


class WriteStream(Writable):
    def __init__(self, filename):
        super().__init__()
        self.filename = filename
        self.fd = None

    def _construct(self, callback):
        def opened(err, fd=None):
            if err:
                callback(err)
            else:
                self.fd = fd
                callback()

        fs.open(self.filename, "w", opened)

    def _write(self, chunk, encoding, callback):
        fs.write(self.fd, chunk, callback)

    def _destroy(self, err, callback):
        if self.fd:
            fs.close(self.fd, lambda er: callback(er or err))
        else:
            callback(err)


class ReadStream(Readable):
    def __init__(self, filename):
        super().__init__()
        self.filename = filename
        self.fd = None

    def _construct(self, callback):
        def opened(err, fd=None):
            if err:
                callback(err)
            else:
                self.fd = fd
                callback()

        fs.open(self.filename, opened)

    def _read(self, n):
        buf = Buffer.alloc(n)

        def done(err, bytesRead=None):
            if err:
                self.destroy(err)
            else:
                self.push(buf.slice(0, bytesRead) if bytesRead > 0 else None)

        fs.read(self.fd, buf, 0, n, None, done)

    def _destroy(self, err, callback):
        if self.fd:
            fs.close(self.fd, lambda er: callback(er or err))
        else:
            callback(err)


name = __file__ + ".c"
w = WriteStream(name)
w.write("some data")
w.end(" and more")


@w.on("close")
def onClose():
    r = ReadStream(name)
    r.on("data", lambda d: print(d.decode()))

    @r.on("close")
    def onClose():
        fs.unlinkSync(name)
        ReadStream(name).on("error", lambda e: print(e.code, e.syscall)).on("close", lambda: print("close"))


run()
