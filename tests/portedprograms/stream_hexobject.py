from nodecompat import run
from nodecompat.stream import Transform


def transform(chunk, encoding, callback):
    data = format(chunk, "x")
    callback(None, "0" * (len(data) % 2) + data)


myTransform = Transform(writableObjectMode=True, transform=transform)
myTransform.setEncoding("ascii")
myTransform.on("data", lambda chunk: print(chunk))
myTransform.write(1)
myTransform.write(10)
myTransform.write(100)
run()
