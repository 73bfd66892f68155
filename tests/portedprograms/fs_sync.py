import os
import tempfile

from nodecompat import Buffer, fs


def js(*values):
    print(*("undefined" if v is None else str(v).lower() if isinstance(v, bool) else v for v in values))


dir = fs.mkdtempSync(os.path.join(tempfile.gettempdir(), "sync-"))
f = os.path.join(dir, "f")
fs.writeFileSync(f, Buffer.from_("abc"))
fs.appendFileSync(f, "def", {"mode": 0o600})
js(
    fs.existsSync(f),
    fs.readFileSync(f).decode(),
    fs.statSync(f).size,
    fs.statSync(os.path.join(dir, "no"), {"throwIfNoEntry": False}),
)
fd = fs.openSync(f, "r+")
b = Buffer.alloc(3)
js(fs.readSync(fd, b, 0, 3, 1), b.toString(), fs.writeSync(fd, "XY", 2), fs.fstatSync(fd).isFile())
fs.ftruncateSync(fd, 5)
fs.closeSync(fd)
js(fs.readFileSync(f, "latin1"), ",".join(fs.readdirSync(dir)), fs.lstatSync(dir).isDirectory())
fs.mkdirSync(os.path.join(dir, "a/b/c"), {"recursive": True})
fs.copyFileSync(f, os.path.join(dir, "a/b/g"))
fs.renameSync(f, f + "2")
js(",".join(sorted(fs.readdirSync(dir, {"recursive": True}))), os.path.basename(fs.realpathSync(f + "2")))
for call in [
    lambda: fs.readFileSync(f),
    lambda: fs.rmdirSync(dir),
    lambda: fs.mkdirSync(dir),
    lambda: fs.openSync(dir, "w"),
    lambda: fs.copyFileSync(f + "2", os.path.join(dir, "a/b/g"), fs.constants.COPYFILE_EXCL),
    lambda: fs.readFileSync(5.5),
    lambda: fs.writeFileSync(f, 5),
    lambda: fs.readFileSync(f + "2", "nope"),
    lambda: fs.closeSync(-1),
    lambda: fs.openSync(f, "zz"),
    lambda: fs.accessSync("a\0b"),
]:
    try:
        call()
        print("ok")
    except Exception as e:
        print(e.name, e.code, str(e).replace(dir, "DIR")[:110])
fs.utimesSync(f + "2", 1000, 2000.5)
s = fs.statSync(f + "2")
js(int(s.atimeMs), int(s.mtimeMs), int(s.mtime.timestamp() * 1000))
fs.chmodSync(f + "2", 0o640)
print(format(fs.statSync(f + "2").mode & 0o777, "o"))
fs.rmSync(dir, {"recursive": True})
js(fs.existsSync(dir))
