"""Two checkouts in one run: ratios and their intervals, from samples that nobody measured."""

from benchmarks import compare
from benchmarks.harness import Result


def testARatioIsTurnedSoThatMoreIsBetter():
    assert compare.interval([110.0] * 5, [100.0] * 5, True).split() == ["1.10", "(1.10", "to", "1.10)"]
    assert compare.interval([110.0] * 5, [100.0] * 5, False).split()[0] == "0.91"


def testTheIntervalTellsHowSureItIs():
    wide = compare.interval([100.0, 140.0, 90.0, 130.0, 105.0], [100.0] * 5, True)
    low, high = (float(word.strip("()")) for word in wide.split() if "." in word and word != wide.split()[0])
    assert low <= 1.05 <= high and high - low > 0.1


def testTheServersOwnTimeIsShownWhereItWasMeasured():
    now, before = Result("nodecompat", [10.0], [5.0]), Result("base", [10.0], [6.0])
    assert "CPU  1.20" in compare.line("echo", now, before, True)
    assert "CPU" not in compare.line("echo", Result("nodecompat", [10.0]), before, True)
