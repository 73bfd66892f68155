"""What a caller reads with `help()`: every room's docstrings."""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "nodecompat"
SOURCES = {str(path.relative_to(PACKAGE)): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
#: A page of Node's documentation, however it is written.
_PAGE = re.compile(r"\S*\b[a-z_]+\.html(?:#\S*|$)", re.MULTILINE)


def testALinkIsWhole() -> None:
    found = [(name, page.strip("`\"'(.,)")) for name, text in SOURCES.items() for page in _PAGE.findall(text)]
    assert [(name, page) for name, page in found if not page.startswith("https://")] == []
