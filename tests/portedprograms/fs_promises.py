import os
import tempfile

from nodecompat import Buffer, run
from nodecompat.fs import promises as fs


def js(value):
    return str(value).lower()


async def main():
    dir = await fs.mkdtemp(os.path.join(tempfile.gettempdir(), "ported-"))
    file = os.path.join(dir, "message.txt")
    await fs.writeFile(file, "Hello Node.js", "utf8")
    await fs.appendFile(file, " data")
    print(await fs.readFile(file, {"encoding": "utf8"}))
    await fs.copyFile(file, os.path.join(dir, "destination.txt"))
    await fs.mkdir(os.path.join(dir, "a/apple"), {"recursive": True})
    for name in sorted(await fs.readdir(dir)):
        print(name)
    for entry in sorted(await fs.readdir(dir, {"withFileTypes": True}), key=lambda entry: entry.name):
        print(entry.name, js(entry.isDirectory()), js(entry.isFile()))
    stats = await fs.stat(file)
    print(
        stats.size,
        js(stats.isFile()),
        js(stats.isDirectory()),
        js(stats.isSymbolicLink()),
        format(stats.mode & 0o777, "o"),
    )
    try:
        await fs.access(os.path.join(dir, "none"), fs.constants.R_OK | fs.constants.W_OK)
    except OSError as e:
        print(e.code, e.syscall, js(e.errno > 0), os.path.basename(e.path))
    try:
        await fs.readdir(file)
    except OSError as e:
        print(str(e).replace(dir, ""))
    try:
        await fs.mkdir(dir)
    except OSError as e:
        print(e.code)
    try:
        await fs.rm(dir)
    except OSError as e:
        print(e.code)
    await fs.rename(file, file + "2")
    await fs.symlink(file + "2", file)
    print(os.path.basename(await fs.readlink(file)), js((await fs.lstat(file)).isSymbolicLink()))
    await fs.truncate(file, 5)
    handle = await fs.open(file, "r+")
    print((await handle.read(Buffer.alloc(10), 0, 10, 1)).bytesRead, await handle.readFile("utf8"))
    print((await handle.write("xyz", 0)).bytesWritten)
    await handle.close()
    print((await fs.readFile(file)).decode())
    await fs.rm(dir, {"recursive": True, "force": True})


run(main)
