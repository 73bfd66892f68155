"""The page in a real browser: Chromium of the system, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anatomycases import synthetic

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
#: Milliseconds that one scripted scroll or filter may take.
SMOOTH = 100
#: Where the screenshots go; unset: they are not kept.
_SHOTS = os.environ.get("NODECOMPAT_SCREENSHOTS")

playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install nodecompat[browser]")
_CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
pytestmark = pytest.mark.skipif(_CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        made = driver.chromium.launch(
            executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield made
        made.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: Any) -> dict[int, str]:
    """The address of the page, by number of entries."""
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for count in (0, 5, 5000):
        file = folder / f"{count}.html"
        file.write_text(synthetic(count).html(), "utf-8")
        made[count] = file.as_uri()
    return made


@pytest.fixture
def opened(browser: Any, pages: dict[int, str]) -> Iterator[Any]:
    """`opened(count, size)`: a page with so many entries; anything on the console, or from the network, fails."""
    contexts: list[Any] = []
    told: list[str] = []

    def make(count: int, size: dict[str, int] = DESKTOP, **options: Any) -> Any:
        context = browser.new_context(viewport=size, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda request: None if request.url == pages[count] else told.append(request.url))
        page.goto(pages[count])
        return page

    yield make
    for context in contexts:
        context.close()
    assert told == []


def shot(page: Any, name: str, **options: Any) -> None:
    if _SHOTS:
        page.screenshot(path=str(Path(_SHOTS) / f"{name}.png"), **options)


def numbers(page: Any) -> list[int]:
    """The entries in sight, from top to bottom."""
    found: list[int] = page.evaluate(
        "[...document.querySelectorAll('.row')].sort((a, b) => a.offsetTop - b.offsetTop).map((r) => +r.dataset.number)"
    )
    return found


def current(page: Any) -> int:
    return int(page.locator(".row.current").get_attribute("data-number"))


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("count", [0, 5, 5000])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def testThePageFits(opened: Any, size: dict[str, int], count: int, scheme: str) -> None:
    page = opened(count, size, color_scheme=scheme)
    shown = numbers(page)
    assert shown == list(range(1, len(shown) + 1))
    assert len(shown) == count if count < 10 else 10 < len(shown) < 100
    assert f"{count} of {count}" in page.locator("#count").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    if count:
        page.locator("#view").focus()
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        assert "onData" in page.locator("#detail").inner_text()
    shot(page, f"{count}-{size['width']}-{scheme}")


def testLabelsDoNotLieOnEachOther(opened: Any) -> None:
    for size in (PHONE, DESKTOP):
        page = opened(5000, size)
        outside = page.evaluate(
            """[...document.querySelectorAll('.row .label')].filter((l) => {
                 const r = l.getBoundingClientRect(), f = document.getElementById('field').getBoundingClientRect();
                 return r.left < f.left - 1 || r.right > f.right + 1 || r.width < 30;
               }).map((l) => l.textContent)"""
        )
        assert outside == []


def testFilterByConnectionAndEvent(opened: Any) -> None:
    page = opened(5000)
    page.select_option("#connection", "2")
    assert all(n % 3 + 1 == 2 for n in numbers(page))
    page.select_option("#kind", "event:data")
    assert all(n % 3 + 1 == 2 and n % 8 == 2 for n in numbers(page))
    expected = sum(1 for n in range(1, 5001) if n % 3 + 1 == 2 and n % 8 == 2)
    assert f"{expected} of 5000" in page.locator("#count").inner_text()
    page.keyboard.press("Escape")
    assert "5000 of 5000" in page.locator("#count").inner_text()


def testSearch(opened: Any) -> None:
    page = opened(5000)
    page.keyboard.press("/")
    page.keyboard.type("app.py:7 ondata")
    assert {n % 8 for n in numbers(page)} == {3, 4}  # the listener, and the call that stands in it
    page.fill("#search", "no such thing")
    assert "Nothing matches" in page.locator("#field").inner_text()


def testSteppingShowsTheSourceLine(opened: Any) -> None:
    page = opened(5)
    seen = []
    for _ in range(6):
        page.click("#next")
        seen.append(current(page))
    assert seen == [1, 2, 3, 4, 5, 5]
    page.click("#back")
    page.click("#back")
    assert current(page) == 3
    assert page.locator("pre.source .here").text_content() == "7def onData(chunk):"
    assert "</script><!--" in page.locator("pre.source").inner_text()
    assert "caused by 2: 'data' 17 bytes" in " ".join(page.locator("#detail").inner_text().split())


def testTheKeyboardIsEnough(opened: Any) -> None:
    page = opened(5000)
    for key, where in (
        ("End", 5000),
        ("Home", 1),
        ("j", 2),
        ("ArrowDown", 3),
        ("k", 2),
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
    ):
        page.keyboard.press(key)
        assert current(page) == where, key
    page.keyboard.press("PageDown")
    assert current(page) == 22
    box = page.locator(".row.current").bounding_box()
    view = page.locator("#view").bounding_box()
    assert view["y"] <= box["y"] <= view["y"] + view["height"]
    reached = set()
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert {"connection", "kind", "search", "view", "TR"} <= reached | {"view"}
    assert page.locator("#view").get_attribute("aria-activedescendant") == "row-22"


def testZoomIsATimeScale(opened: Any) -> None:
    page = opened(5)
    gaps = []
    for _ in range(4):
        tops = page.evaluate("[...document.querySelectorAll('.row')].map((r) => r.offsetTop).sort((a, b) => a - b)")
        gaps.append(tops[1] - tops[0])
        page.keyboard.press("+")
    assert gaps[0] < gaps[-1] and gaps == sorted(gaps)
    for _ in range(10):
        page.keyboard.press("-")
    assert page.evaluate("zoom") == 0


def testTheTableOfConnections(opened: Any) -> None:
    page = opened(5)
    rows = page.locator("#connections tr")
    assert rows.count() == 3
    cells = rows.nth(0).locator("td").all_text_contents()
    assert cells == ["1", "127.0.0.1:5001→ 127.0.0.1:80", "10", "20", "2.00 ms", "900.0 ms", "server"]
    assert "ECONNRESET" in rows.nth(2).inner_text()
    rows.nth(1).click()
    assert all(n % 3 + 1 == 2 for n in numbers(page))
    rows.nth(1).focus()
    page.keyboard.press("Enter")
    assert len(numbers(page)) == 5


def testPrintHasAllRows(opened: Any, tmp_path: Path) -> None:
    page = opened(5000)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert numbers(page) == list(range(1, 5001))
    assert page.evaluate("getComputedStyle(document.getElementById('view')).overflow") == "visible"
    shot(page, "print")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def testScrollAndFilterAreSmooth(opened: Any, size: dict[str, int], record_property: Any) -> None:
    page = opened(5000, size)
    scroll = page.evaluate(
        """async () => { const view = document.getElementById('view'), times = [];
             for (let i = 1; i <= 15; i++) { const start = performance.now(); view.scrollTop = i * 7000; draw();
               view.getBoundingClientRect(); times.push(performance.now() - start);
               await new Promise(requestAnimationFrame); } return times; }"""
    )
    choose = page.evaluate(
        """async () => { const box = document.getElementById('search'), times = [];
             for (const word of ['data', '', 'connect', 'on', '', 'write', 'app.py', '', 'recv']) {
               const start = performance.now(); box.value = word; box.dispatchEvent(new Event('input'));
               document.body.getBoundingClientRect(); times.push(performance.now() - start);
               await new Promise(requestAnimationFrame); } return times; }"""
    )
    record_property("scroll ms", round(statistics.median(scroll), 1))
    record_property("filter ms", round(statistics.median(choose), 1))
    print(f"scroll {statistics.median(scroll):.1f} ms, filter {statistics.median(choose):.1f} ms")
    assert statistics.median(scroll) < SMOOTH
    assert statistics.median(choose) < SMOOTH
