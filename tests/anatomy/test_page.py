"""The recording as one web page."""

from __future__ import annotations

import json
import re

from anatomycases import payload, synthetic

from nodecompat.anatomy import page


def testThePageIsSelfContained() -> None:
    page = synthetic(8).html()
    assert not re.search(r'(?:href|src)=["\']?(?:https?:)?//|@import|<link|url\(', page)
    assert "'__LIVE__'" in page and "__RECORDING__" not in page


def testNothingInTheDataEndsTheScript() -> None:
    recording = synthetic(8)
    page = recording.html()
    assert payload(page) == json.loads(json.dumps(recording.toJson()))
    assert page.count("</script>") == 2 and "<!--" not in page


def testTheWordsOfTheTemplateInTheDataAreData() -> None:
    recording = synthetic(1)
    recording.program = "__RECORDING__ '__LIVE__'"
    assert payload(recording.html())["program"] == recording.program


def testALivePageKnowsItsStream() -> None:
    recording = synthetic(8)
    live = page.draw(recording, live="/events")
    assert '"/events"' in live and "'__LIVE__'" not in live
    assert payload(live) == payload(page.draw(recording))
