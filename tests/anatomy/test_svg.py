"""The picture in SVG."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from anatomycases import synthetic

from nodecompat.anatomy import svg
from nodecompat.anatomy.entries import LANES

_SVG = "{http://www.w3.org/2000/svg}"


def testTheSvgIsSelfContained() -> None:
    drawn = synthetic(8).svg()
    ElementTree.fromstring(drawn)
    assert not re.search(r'(href|src)="|url\((?!#)|<script', drawn)
    assert "&lt;/script&gt;" in drawn


def testEveryRowIsInsideThePicture() -> None:
    root = ElementTree.fromstring(svg.draw(synthetic(50)))
    width, height = (float(root.get(name, "")) for name in ("width", "height"))
    for text in root.iter(f"{_SVG}text"):
        assert 0 <= float(text.get("x", "")) <= width and 0 <= float(text.get("y", "")) <= height


def testOnlyLanesThatAreUsed() -> None:
    lanes = [text.text for text in ElementTree.fromstring(svg.draw(synthetic(1))).iter(f"{_SVG}text")][:2]
    assert lanes == [LANES[1], LANES[2]]


def testAFailureIsMarked() -> None:
    groups = [g for g in ElementTree.fromstring(svg.draw(synthetic(8))).iter(f"{_SVG}g") if g.get("class") == "error"]
    assert [g.get("data-number") for g in groups] == ["8"]


def testALongLabelIsCutAndWholeInItsTitle() -> None:
    recording = synthetic(1)
    recording.entries[0].detail = "y" * 200
    group = next(ElementTree.fromstring(svg.draw(recording)).iter(f"{_SVG}g"))
    texts = [text.text or "" for text in group.iter(f"{_SVG}text")]
    assert texts[1].endswith("y…") and "y" * 200 in (group[0].text or "")


@pytest.mark.parametrize("connection", [1, 8, 9, 1000])
def testColoursComeAround(connection: int) -> None:
    assert svg.colourOf(connection) == svg.colourOf(connection + len(svg.COLOURS)) != svg.PLAIN
    assert svg.colourOf(0) == svg.PLAIN
