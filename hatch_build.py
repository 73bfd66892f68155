"""The package's README: links that are relative in the repository, absolute where a package index shows it.

A metadata hook of hatchling. The links begin with `Source` of [project.urls].
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

try:
    from hatchling.metadata.plugin.interface import MetadataHookInterface
except ImportError:  # the tests need the function only
    MetadataHookInterface = object

_RELATIVE = re.compile(r"(!?\[[^\]]*\])\((?!\w+:|#)([^)\s]+)\)")


def absolute(text: str, source: str) -> str:
    """A README whose relative links lead into the repository at `source`."""
    # A picture itself, and not the page that shows it.
    return _RELATIVE.sub(
        lambda link: f"{link[1]}({source}/{'raw' if link[1].startswith('!') else 'blob'}/main/{link[2]})", text
    )


class ReadmeHook(MetadataHookInterface):  # type: ignore[misc, valid-type]
    """Sets `readme`."""

    def update(self, metadata: dict[str, Any]) -> None:
        text = Path(self.root, "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": absolute(text, metadata["urls"]["Source"])}
