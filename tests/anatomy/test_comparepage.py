"""The comparison as a page; tests/anatomy/test_browser.py opens it."""

from __future__ import annotations

import re

from anatomycases import synthetic

from nodecompat.anatomy import compare


def testThePageIsSelfContainedAndEscapesWhatItShows() -> None:
    first, second = synthetic(16), synthetic(16)
    first.program = "<b>&"
    second.entries.pop()
    page = compare(first, second).html()
    assert not re.search(r'(?:href|src)=["\']?(?:https?:)?//|@import|<link|url\(', page)
    assert "<title>Two runs of &lt;b&gt;&amp;</title>" in page and "<b>" not in page
    assert "write(&#x27;&lt;/script&gt; &lt;b&gt;" in page and page.count("</script>") == 1


def testEachDifferenceIsSaidInWordsAndSameRowsAreMarked() -> None:
    first, second = synthetic(16), synthetic(16)
    second.entries.pop()
    second.connections[1].error = "EPIPE"
    page = compare(first, second).html()
    assert page.count('<tr class="less" tabindex="-1">') == 2 and ">only first</td>" in page
    assert "<td>error</td><td>–</td><td>EPIPE</td>" in page
    assert page.count('<tr class="same">') == 15 and '<span role="status">2 differ</span>' in page
    assert "The runs are the same." in compare(first, first).html()
