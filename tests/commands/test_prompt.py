"""The prompt of `nodecompat run`, at a terminal."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from program import HANGS, ROOT

from nodecompat.commands import prompt

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs pseudo-terminals")

CTRL_C, CTRL_D = "\x03", "\x04"


class Terminal:
    """A prompt, and who sits in front of it."""

    def __init__(self, history: str) -> None:
        import pty

        environment = {**os.environ, "PYTHONPATH": str(ROOT), prompt.HISTORY: history}
        environment |= {"TERM": "dumb", "COLUMNS": "1000"}  # so that no line is broken
        self._pid, self._terminal = pty.fork()
        if not self._pid:
            os.execve(sys.executable, [sys.executable, "-m", "nodecompat", "run"], environment)
        self._unread = ""
        self._code: int | None = None

    def until(self, text: str) -> str:
        """Read up to this text; returns what came before."""
        end = time.monotonic() + HANGS
        while text not in self._unread:
            assert self._read(end), f"no {text!r} in {self._unread!r}"
        before, _, self._unread = self._unread.partition(text)
        return before

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], max(0.0, end - time.monotonic()))
        data = b""
        if ready:
            with contextlib.suppress(OSError):  # Linux: the other end is closed
                data = os.read(self._terminal, 1 << 16)
        self._unread += data.decode().replace("\r\n", "\n")
        return bool(data)

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def ask(self, line: str) -> str:
        """Type a line at the prompt; returns what it answers."""
        self.until("> ")
        self.type(f"{line}\n")
        self.until(f"{line}\n")
        answer = self.until("> ")
        self._unread = "> " + self._unread
        return answer

    def end(self) -> int:
        """Its exit code."""
        while self._read(time.monotonic() + HANGS):
            pass
        return self.wait()

    def wait(self) -> int:
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
            os.close(self._terminal)
        return self._code


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(str(tmp_path / "history"))
    yield made
    if made._code is None:
        os.kill(made._pid, signal.SIGKILL)
        made.wait()


def testWhatIsTypedRunsInTheLoop(terminal: Terminal, tmp_path: Path) -> None:
    """A server serves while the prompt waits; `await` works; errors are shown, and the prompt goes on."""
    assert terminal.ask("1 + 1") == "2\n"
    assert terminal.ask("_ + 1") == "3\n"
    assert terminal.ask("server = http.createServer(lambda req, res: res.end('hello')).listen(0, '127.0.0.1')") == ""
    assert terminal.ask("url = f'http://127.0.0.1:{server.address().port}/'") == ""
    assert terminal.ask("await (await fetch(url)).text()") == "'hello'\n"
    assert terminal.ask("1 / 0").endswith("ZeroDivisionError: division by zero\n")
    assert terminal.ask("await fs.promises.readFile('/no/such/file')").endswith("open '/no/such/file'\n")
    assert terminal.ask("import asyncio; await 1").endswith("can't be used in 'await' expression\n")
    assert ".exit" in terminal.ask(".help")
    terminal.type(".exit\n")
    assert terminal.end() == 0
    assert (tmp_path / "history").read_text().splitlines()[:2] == ["1 + 1", "_ + 1"]


def testSeveralLines(terminal: Terminal) -> None:
    terminal.until("> ")
    terminal.type("for i in range(2):\n")
    terminal.until("| ")
    terminal.type("    print('number', i)\n")
    terminal.until("| ")
    terminal.type("\n")
    terminal.until("number 0\nnumber 1\n")
    terminal.until("> ")
    terminal.type("for i in 1:\n")
    terminal.until("| ")
    terminal.type(".break\n")
    assert terminal.ask("'fine'") == "'fine'\n"
    terminal.type(CTRL_D)
    assert terminal.end() == 0


def testCtrlC(terminal: Terminal) -> None:
    """It breaks off what waits, or runs without end; at the prompt the second one leaves."""
    endless = [
        "print('beg' + 'un'); await timers.promises.setTimeout(1e8)",
        "print('beg' + 'un') or [0 for _ in iter(int, 1)]",
    ]
    for line in endless:
        terminal.until("> ")
        terminal.type(f"{line}\n")
        terminal.until("begun\n")
        terminal.type(CTRL_C)
        terminal.until("KeyboardInterrupt\n")
    terminal.until("> ")
    terminal.type(CTRL_C)
    terminal.until("(To exit, press Ctrl+C again or Ctrl+D or type .exit)")
    terminal.type(CTRL_C)
    assert terminal.end() == 0


def testAnUncaughtErrorEndsNothing(terminal: Terminal) -> None:
    """It comes before the next prompt or behind it, so nothing here waits for one."""
    terminal.until("> ")
    terminal.type("socket = net.connect(1, '127.0.0.1')\n")
    terminal.until("Uncaught Error: connect ECONNREFUSED 127.0.0.1:1")
    terminal.until("Unhandled 'error' event of <Socket ")
    terminal.type("'fi' + 'ne'\n")
    terminal.until("'fine'\n")
    terminal.type("process.exit(5)\n")
    assert terminal.end() == 5
