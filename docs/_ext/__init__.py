"""The extension of Sphinx that writes the pages which the code and the tests' data say: docs/reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import drawings, errors, reference, support

FOLDER = Path(__file__).resolve().parent.parent / "reference"


def write(_app: Any = None) -> None:
    """Write the pages. One that stays as it was is not touched, so that it is not built again."""
    FOLDER.mkdir(exist_ok=True)
    drawing = drawings.Drawing()
    found = reference.pages() | support.pages() | errors.pages() | drawings.pages()
    drawing.finish()
    for page in FOLDER.glob("*.md"):
        if page.stem not in found:
            page.unlink()
    for name, text in found.items():
        page = FOLDER / f"{name}.md"
        if not page.exists() or page.read_text("utf-8") != text:
            page.write_text(text, "utf-8")


def setup(app: Any) -> dict[str, Any]:
    # Sphinx looks for the folder of `html_extra_path` before it starts a builder.
    drawings.RECORDINGS.mkdir(parents=True, exist_ok=True)
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}
