"""A guest of real asyncio programs: uvicorn with Starlette, pytest-asyncio, IPython, anyio."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import python


def testInsideUvicornAndStarlette() -> None:
    """A client of ours in a handler, a server of ours beside it."""
    pytest.importorskip("uvicorn", reason="needs uvicorn and starlette: pip install uvicorn starlette")
    pytest.importorskip("starlette", reason="needs uvicorn and starlette: pip install uvicorn starlette")
    code, out, err = python(
        "-c",
        """
import asyncio, contextlib
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from nodecompat import fetch, http
from nodecompat.events import once

backend = http.createServer(lambda req, res: res.end("behind " + req.url))

@contextlib.asynccontextmanager
async def lifespan(app):
    await once(backend.listen(0, "127.0.0.1"), "listening")
    yield
    backend.close()

async def handler(request):
    answer = await fetch(f"http://127.0.0.1:{backend.address().port}/x")
    return PlainTextResponse("front, " + await answer.text())

app = Starlette(routes=[Route("/", handler)], lifespan=lifespan)
server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))

async def main():
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    answers = await asyncio.gather(*(fetch(f"http://127.0.0.1:{port}/") for _ in range(20)))
    print({await each.text() for each in answers}, len(answers))
    server.should_exit = True
    await serving
asyncio.run(main())
""",
    )
    assert (code, out, err) == (0, "{'front, behind /x'} 20\n", "")


def testUnderPytestAsyncio(tmp_path: Path) -> None:
    pytest.importorskip("pytest_asyncio", reason="needs pytest-asyncio: pip install pytest-asyncio")
    (tmp_path / "test_it.py").write_text(
        """
import asyncio
import pytest, pytest_asyncio
from nodecompat import fetch, http
from nodecompat.events import once

@pytest_asyncio.fixture
async def server():
    server = http.createServer(lambda req, res: res.end("hello"))
    await once(server.listen(0, "127.0.0.1"), "listening")
    yield server
    server.close()

@pytest.mark.asyncio
@pytest.mark.parametrize("number", range(3))
async def test_fetch(server, number):
    answer = await fetch(f"http://127.0.0.1:{server.address().port}/")
    assert await answer.text() == "hello"
"""
    )
    plugins = ["-p", "no:twisted", "-p", "no:nodecompat-anatomy", "-p", "no:cacheprovider"]
    code, out, err = python("-m", "pytest", "-q", *plugins, "--rootdir", str(tmp_path), str(tmp_path))
    assert code == 0, out + err
    assert "3 passed" in out


def testInARunningIPython() -> None:
    pytest.importorskip("IPython", reason="needs IPython: pip install ipython")
    code, out, err = python(
        "-c",
        """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
cells = ['''
from nodecompat import fetch, http
from nodecompat.events import once
server = http.createServer(lambda req, res: res.end("cell"))
_ = await once(server.listen(0, "127.0.0.1"), "listening")
''', '''
answer = await fetch(f"http://127.0.0.1:{server.address().port}/")
print(await answer.text())
''', "_ = server.close()"]
for cell in cells:
    result = shell.run_cell(cell)
    assert result.success, result
""",
    )
    assert (code, out, err) == (0, "cell\n", "")


def testUnderAnyio() -> None:
    pytest.importorskip("anyio", reason="needs anyio: pip install anyio")
    code, out, err = python(
        "-c",
        """
import anyio
from nodecompat import fetch, http
from nodecompat.events import once

async def main():
    server = http.createServer(lambda req, res: res.end("hi"))
    await once(server.listen(0, "127.0.0.1"), "listening")
    async def ask():
        print(await (await fetch(f"http://127.0.0.1:{server.address().port}/")).text())
    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        group.start_soon(ask)
    with anyio.move_on_after(0.01) as scope:
        await once(server, "close")
    print(scope.cancelled_caught)
anyio.run(main)
""",
    )
    assert (code, out, err) == (0, "hi\nhi\nTrue\n", "")
