"""What a caller reads with `help()`: every room's docstrings."""

from __future__ import annotations

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "nodecompat"
SOURCES = {str(path.relative_to(PACKAGE)): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
#: A page of Node's documentation, however it is written.
_PAGE = re.compile(r"\S*\b[a-z_]+\.html(?:#\S*|$)", re.MULTILINE)


def testALinkIsWhole() -> None:
    found = [(name, page.strip("`\"'(.,)")) for name, text in SOURCES.items() for page in _PAGE.findall(text)]
    assert [(name, page) for name, page in found if not page.startswith("https://")] == []


#: Whose options all say what they mean.
DOCUMENTED = ("net/options.py", "http/client/options.py", "http/server/listener.py")
#: Names of the environment, and of an argument that has no defaults.
_OTHER = {"ProxyEnv", "OnReadOpts"}


def testEachOptionSaysWhatItMeansAndItsDefault() -> None:
    wrong = []
    for name in DOCUMENTED:
        lines = SOURCES[name].splitlines()
        for kind in ast.parse(SOURCES[name]).body:
            if not isinstance(kind, ast.ClassDef) or not any(each.arg == "total" for each in kind.keywords):
                continue
            for option in kind.body:
                if isinstance(option, ast.AnnAssign) and kind.name not in _OTHER:
                    comment = lines[option.lineno - 2].strip()
                    if not comment.startswith("#: ") or not re.search(r"default|of no effect", comment):
                        wrong.append(f"{name}: {kind.name}.{ast.unparse(option.target)}")
    assert wrong == []
