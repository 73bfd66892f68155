"""The documentation site (docs/): every page has a place in it, and it builds without a warning."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.glob("*.md"))
needsSphinx = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("sphinx", "myst_parser", "furo")),
    reason="the site's tools are not installed: pip install 'nodecompat[docs]'",
)


def testEachPageStandsOnceInTheContents() -> None:
    text = (DOCS / "index.md").read_text("utf-8")
    trees = re.findall(r"^```\{toctree\}\n(?::[^\n]*\n)+\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert sorted([*"".join(trees).split(), "index"]) == PAGES


@needsSphinx
def testTheSiteBuildsWithoutAWarning(tmp_path: Path) -> None:
    program = "import pathlib, sys, docs.__main__ as site; sys.exit(site.build(pathlib.Path(sys.argv[1])))"
    run = subprocess.run([sys.executable, "-c", program, tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stdout + run.stderr) == (0, "")
    built = {path.stem for path in tmp_path.glob("*.html")}
    assert built >= set(PAGES)
