from nodecompat import AbortController, run, setTimeout
from nodecompat.stream import PassThrough, Readable
from nodecompat.stream.promises import pipeline

ac = AbortController()
options = {"signal": ac.signal}
setTimeout(lambda: ac.abort(), 1)
source = Readable(read=lambda: None)
pipeline(source, PassThrough(), options).addErrback(
    lambda f: print(f.value.name, f.value.code, "true" if source.destroyed else "false")
)
run()
