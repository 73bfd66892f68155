"""`tools/release.py`, which needs the network as a whole: here its judgement; and the news that a release collects."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import toolloader

ROOT = Path(__file__).resolve().parents[1]
KINDS = re.findall(r'directory = "(\w+)", name', (ROOT / "pyproject.toml").read_text())
WHOLE = ["nodecompat/py.typed", "twisted/plugins/nodecompat_plugin.py", "nodecompat/anatomy/article.py"]
ABOUT = ["nodecompat-1.dist-info/licenses/LICENSE", "nodecompat-1.dist-info/METADATA"]


@pytest.fixture(scope="module")
def release() -> Any:
    return toolloader.load("release")


def wheel(path: Path, names: list[str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return path


def testAWholeWheel(release: Any, tmp_path: Path) -> None:
    assert release.checkContents(wheel(tmp_path / "a.whl", [*WHOLE, *ABOUT])) == 5


@pytest.mark.parametrize(
    ("names", "named"),
    [
        ([*WHOLE[1:], *ABOUT], "py.typed"),
        ([*WHOLE, ABOUT[1]], "LICENSE"),
        ([*WHOLE, *ABOUT, "tests/conftest.py"], "tests/conftest.py"),
    ],
)
def testAWheelThatLacksOrHasTooMuch(release: Any, tmp_path: Path, names: list[str], named: str) -> None:
    with pytest.raises(release.Refused, match=named):
        release.checkContents(wheel(tmp_path / "a.whl", names))


def testACommandThatFailsSaysWhatItPrinted(release: Any) -> None:
    with pytest.raises(release.Refused, match="no-such-option"):
        release.run("git", "--nonsense-that-is-no-such-option")


def testEveryPieceOfNewsHasAKind() -> None:
    assert "feature" in KINDS
    for path in (ROOT / "changes").iterdir():
        assert path.name == "README.md" or re.fullmatch(rf"\+[\w-]+\.({'|'.join(KINDS)})\.md", path.name), path.name
