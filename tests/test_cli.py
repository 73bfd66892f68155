"""The command `nodecompat`."""

from __future__ import annotations

import pytest
from program import nodecompat

from nodecompat import __version__


class TestFace:
    def testVersion(self) -> None:
        code, out, err = nodecompat("--version")
        assert (code, err) == (0, "")
        assert out.startswith(f"nodecompat {__version__} (API of Node.js 26.10.0, Python 3.")

    @pytest.mark.parametrize("command", [(), ("--help",), ("-h",)])
    def testHelpShowsTheSubcommandsAndExamples(self, command: tuple[str, ...]) -> None:
        code, out, err = nodecompat(*command)
        assert (code, err) == (0, "")
        for text in ("nodecompat demo", "nodecompat run app.py", "--reactor asyncio", "nodecompat app.py"):
            assert text in out

    @pytest.mark.parametrize("subcommand", ["run", "demo"])
    def testSubcommandsHaveHelp(self, subcommand: str) -> None:
        code, out, _ = nodecompat(subcommand, "--help")
        assert code == 0
        assert "--reactor {epoll,poll,select,asyncio,direct}" in out

    @pytest.mark.parametrize("command", [("run", "--what"), ("--what",), ("run", "--reactor", "x", "app.py")])
    def testNonsenseIsRefused(self, command: tuple[str, ...]) -> None:
        code, out, err = nodecompat(*command)
        assert (code, out) == (2, "")
        assert err.startswith("usage: nodecompat")

    @pytest.mark.parametrize(("slip", "meant"), [("rum", "run"), ("anatmy", "anatomy"), ("deno", "demo")])
    def testASlipIsNamed(self, slip: str, meant: str) -> None:
        code, out, err = nodecompat(slip, "x.py")
        assert (code, out) == (2, "")
        assert err.endswith(f"{slip!r} is no command and no file; did you mean 'nodecompat {meant}'?\n")
