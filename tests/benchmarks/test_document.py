"""The page of measured figures, from outcomes that nobody measured."""

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest

from benchmarks import curves, document, growth, report
from benchmarks.harness import Outcome, Result

PAGE = f"# Speed\n\n{document.BEGIN}\nold\n{document.END}\n\nBy hand.\n"


def outcome(name="echo", ours=(90.0, 100.0, 110.0), theirs=(50.0, 50.0), **more):
    results = [Result("nodecompat", list(ours), [7.0]), Result("Node <26>", list(theirs), [14.0])]
    return Outcome(name, f"the work of {name}", "messages/s", True, results, {"treq": "pip install treq"}, **more)


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(PAGE)
    return path


def testTableTellsWhatIsReached():
    text = report.table(outcome(required=[("Node <26>", 1.5)]))
    assert "2.00 ×     14.0 µs CPU   must be ≥ 1.50: reached" in text
    assert "not here: needs pip install treq" in text


def testTableTellsWhatIsMissed():
    assert "must be ≥ 2.50: MISSED" in report.table(outcome(required=[("Node <26>", 2.5)]))


def testAVariantIsMeasuredByNodecompat():
    """The other way round: a reactor must keep a part of what epoll reaches."""
    slow = outcome(variants=[("Node <26>", 0.9)])
    assert slow.verdict("Node <26>") == ("≤ 1.11", False)
    assert outcome(theirs=(95.0, 95.0), variants=[("Node <26>", 0.9)]).verdict("Node <26>") == ("≤ 1.11", True)


def testNoVerdictWithoutABar():
    assert outcome().verdict("Node <26>") is None


def testMarkdownHasARowForEachPeer():
    rows = report.markdown([outcome(required=[("Node <26>", 1.5)], aims=[("Node <26>", 3.0)])]).splitlines()
    assert rows[2] == "| **the work of echo** (messages/s; `echo`) | nodecompat | 100 | ± 10% | 7.0 |  |  |  |  |"
    assert rows[3] == "|  | Node <26> | 50.0 | ± 0% | 14.0 | 2.00 | ≥ 1.50 | 3.00 | reached |"
    assert len({row.count("|") for row in rows}) == 1


def testOutcomesSurviveJson():
    one = outcome(required=(("Node <26>", 1.5),), variants=(("treq", 0.9),), date="2026-01-02")
    assert Outcome.fromJson(json.loads(json.dumps(one.toJson()))) == one


def testPageKeepsWhatIsWrittenByHand(page):
    document.write(page, [outcome()], ["echo"])
    text = page.read_text()
    assert text.startswith("# Speed\n") and text.endswith("By hand.\n")
    assert "old" not in text and "the work of echo" in text and "](page.svg)" in text


def testPageKeepsWhatIsNotMeasuredAgain(page):
    order = ["echo", "http"]
    document.write(page, [outcome("http"), outcome("echo")], order)
    document.write(page, [outcome("http", ours=(500.0,))], order)
    text = page.read_text()
    assert text.index("the work of echo") < text.index("the work of http")
    assert "| 10.00 |" in text and "| 2.00 |" in text


def testPageTellsItsConditions(page):
    document.write(page, [outcome(date="2026-01-02")], ["echo"])
    text = page.read_text()
    assert "Measured 2026-01-02, 2 to 3 rounds" in text
    assert all(f"{name} " in text for name in ("Python", "Linux", "Node", *document.PACKAGES))


def testPageWithoutMarksIsRefused(page):
    page.write_text("nothing")
    with pytest.raises(ValueError, match="has no lines"):
        document.write(page, [outcome()], ["echo"])


def testPictureOfBarsIsWellFormed():
    texts = [each.text for each in ElementTree.fromstring(report.svg([outcome()])).iter() if each.tag.endswith("text")]
    assert texts == ["the work of echo (messages/s)", "nodecompat", "100", "Node <26>", "50.0"]


def curve(points, line="", perUnit=True):
    return growth.Curve("echo & more", line, "connections", "CPU µs", points, perUnit)


def testEqualCostForEachIsLinear():
    assert curve([(10, 5.0), (100, 5.0)]).exponent == pytest.approx(1)
    assert growth.verdict([curve([(10, 5.0), (100, 5.0)])]).endswith("nothing grows faster than linear")


def testWhatGrowsFasterIsNamed():
    quadratic = curve([(10, 5.0), (100, 50.0)])
    assert quadratic.exponent == pytest.approx(2)
    assert growth.verdict([quadratic]).endswith("grows faster than linear: CPU µs over connections")


def testACostOfTheWholeMayGrowAsMuchAsItsReason():
    assert curve([(10, 5.0), (100, 50.0)], perUnit=False).isLinear


def testTheLoopInCSetsTheMark():
    floor = curve([(10, 5.0), (100, 8.0)], "C epoll")
    beside = replace(curve([(10, 7.0), (100, 12.0)]), floor=floor)
    assert (floor.isLinear, beside.isLinear, replace(beside, floor=None).isLinear) == (False, True, False)
    assert growth.verdict([beside, floor]).endswith("nothing grows faster than linear")


def testASampleWithoutWorkIsNone():
    assert growth.least([0.0, 5.0, 3.0]) == 3.0
    assert not curve([(10, 5.0), (100, growth.least([0.0]))]).isLinear


def testOnlyTheLastStepCounts():
    assert curve([(1, 1.0), (10, 90.0), (100, 90.0)]).isLinear


def testPictureOfCurvesIsWellFormed():
    lines = [curve([(10, 5.0), (100, 7.0)], "one"), curve([(10, 0.04), (100, 0.2)], "two")]
    tree = ElementTree.fromstring(curves.svg(lines))
    assert len([each for each in tree.iter() if each.tag.endswith("circle")]) == 4
    assert {"one", "two", "10", "100", "echo & more"} <= {each.text for each in tree.iter()}
