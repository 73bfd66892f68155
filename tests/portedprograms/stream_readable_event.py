from nodecompat import fs, run

fs.writeFileSync(__file__ + ".foo", "abc")
rr = fs.createReadStream(__file__ + ".foo")


@rr.on("readable")
def onReadable():
    data = rr.read()
    print(f"readable: {'null' if data is None else data.decode()}")


@rr.on("end")
def onEnd():
    print("end")
    fs.unlinkSync(__file__ + ".foo")


run()
