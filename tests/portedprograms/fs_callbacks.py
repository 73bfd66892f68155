from nodecompat import Buffer, fs, run

file = __file__ + ".cb"


def second():
    out = fs.createWriteStream(file + "2", {"flags": "a"})
    out.on("open", lambda fd: print("open", "number" if isinstance(fd, int) else fd)).on(
        "ready", lambda: print("ready")
    )
    out.write("one ")

    def onEnd():
        print(out.bytesWritten, str(out.path == file + "2").lower(), str(out.pending).lower())
        print(fs.readFileSync(file + "2", "utf8"))
        fs.rmSync(file + "2")

    out.end("two", onEnd)


def onMissing(err, data=None):
    print(err.code, "undefined" if data is None else data, str(err).replace(file, "FILE"))
    second()


def onWritten(err):
    if err:
        raise err

    def onClose():
        def onOpen(err, fd):
            def onStat(err, stat):
                print(stat.size)

                def onRead(err, bytesRead, buffer):
                    print(bytesRead, buffer.toString())

                    def onClosed(err):
                        if err:
                            raise err

                        def onAccess(err):
                            print("does not exist" if err else "exists")
                            fs.unlink(
                                file,
                                lambda err: fs.readFile(
                                    file,
                                    "utf8",
                                    onMissing,
                                ),
                            )

                        fs.access(file, fs.constants.F_OK, onAccess)

                    fs.close(fd, onClosed)

                fs.read(fd, {"buffer": Buffer.alloc(4), "position": 2}, onRead)

            fs.fstat(fd, onStat)

        fs.open(file, "r", onOpen)

    fs.createReadStream(file, {"start": 90, "end": 99}).on("data", lambda d: print(d.decode())).on("close", onClose)


fs.writeFile(file, "abcdefghij" * 20, onWritten)
run()
