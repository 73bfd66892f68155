"""The two diagrams of docs/the-article.md show what the article's program does today."""

from __future__ import annotations

import html
import importlib.util
import os
from typing import Any

import pytest
from anatomycases import ROOT

from nodecompat.anatomy import Recording


@pytest.fixture(scope="module")
def drawing() -> Any:
    """docs/draw_article.py."""
    spec = importlib.util.spec_from_file_location("draw_article", ROOT / "docs" / "draw_article.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def recording(drawing: Any) -> Recording:
    made: Recording = drawing.record()
    return made


@pytest.mark.skipif(
    os.environ.get("NODECOMPAT_HANDLES") == "bridge", reason="Twisted's transports do not tell socket, bind and listen"
)
@pytest.mark.parametrize("side", ["client", "server"])
def testTheCommittedDiagramHasTodaysSteps(drawing: Any, recording: Recording, side: str) -> None:
    """If this fails because the program rightly does something else: python docs/draw_article.py"""
    committed = (ROOT / "docs" / drawing.FILES[side]).read_text("utf-8")
    assert drawing.steps(drawing.side(recording, side).svg()) == drawing.steps(committed)


@pytest.mark.parametrize("side", ["client", "server"])
def testThePageHasTheArticlesNames(drawing: Any, side: str) -> None:
    steps = html.unescape(" ".join(drawing.steps((ROOT / "docs" / drawing.FILES[side]).read_text("utf-8"))))
    wanted = {"client": ("writeWatcher", "readWatcher"), "server": ("readWatcher", "connectionListener")}[side]
    assert all(name in steps for name in wanted)
    assert drawing.FILES[side] in (ROOT / "docs" / "the-article.md").read_text("utf-8")
