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

from nodecompat.anatomy import compare

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
    assert {"connection", "kind", "search", "view", "BUTTON"} <= reached | {"view"}
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
    assert cells == ["1", "127.0.0.1:5001→ 127.0.0.1:80", "1020", "2.00 ms900.0 ms", "server"]
    assert "ECONNRESET" in rows.nth(2).inner_text()
    rows.nth(1).click()
    assert all(n % 3 + 1 == 2 for n in numbers(page))
    button = rows.nth(1).locator("button")
    assert button.get_attribute("aria-pressed") == "true"
    button.focus()
    page.keyboard.press("Enter")
    assert len(numbers(page)) == 5
    assert page.evaluate("document.activeElement.textContent") == "2"


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


# -- for the keyboard, and for screen readers: axe-core looks at the pages

_AXE = Path(__file__).resolve().parent.parent.parent / ".node/node_modules/axe-core/axe.min.js"
needsAxe = pytest.mark.skipif(
    not _AXE.exists(), reason="needs axe-core: npm install --prefix .node axe-core@4.10.3 (with what is there: .ci/run)"
)


def faults(page: Any) -> list[tuple[str, str]]:
    """What axe finds: the rule, and the element."""
    page.evaluate(_AXE.read_text("utf-8"))
    found: list[tuple[str, str]] = page.evaluate(
        "axe.run().then((r) => r.violations.flatMap((v) => v.nodes.map((n) => [v.id, n.html])))"
    )
    return found


@needsAxe
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def testAxeFindsNoFault(opened: Any, size: dict[str, int], scheme: str) -> None:
    for count in (0, 5000):
        page = opened(count, size, color_scheme=scheme)
        assert faults(page) == []
        if count:
            for _ in range(3):
                page.keyboard.press("j")
            page.locator("#connections button").first.click()
            assert page.locator("pre.source").count() == 1
            assert faults(page) == []


def testTheTableOfConnectionsFits(opened: Any) -> None:
    page = opened(5)
    for width in (390, 761, 1024, 1200, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(
            "for (const c of recording.connections) Object.assign(c, {local: '192.168.100.200:50001', "
            "remote: '203.0.113.200:8443', bytesToServer: 123456789, error: 'ECONNRESET'}); tables()"
        )
        inside, whole = page.evaluate("(s => [s.clientWidth, s.scrollWidth])(document.querySelector('.scroll'))")
        assert whole <= inside, width


@pytest.fixture
def compared(browser: Any, tmp_path: Path) -> Iterator[Any]:
    first, second = synthetic(100), synthetic(100)
    for _ in range(2):
        second.entries.popleft()
    second.connections[1].error = "EPIPE"
    file = tmp_path / "compared.html"
    file.write_text(compare(first, second).html(), "utf-8")
    contexts = [browser.new_context(viewport=DESKTOP, color_scheme=scheme) for scheme in ("light", "dark")]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.goto(file.as_uri())
    yield pages
    for context in contexts:
        context.close()


@needsAxe
def testAxeFindsNoFaultInAComparison(compared: Any) -> None:
    assert [faults(page) for page in compared] == [[], []]


def testTheKeyboardGoesFromDifferenceToDifference(compared: Any) -> None:
    page = compared[0]
    at = "document.activeElement.className + ' ' + document.activeElement.textContent"
    page.keyboard.press("n")
    first = page.evaluate(at)
    page.keyboard.press("n")
    assert page.evaluate(at) != first
    page.keyboard.press("p")
    assert page.evaluate(at) == first and first.startswith("less ")
    page.click("#brief")
    assert page.locator("tr.same").first.is_hidden() and page.locator("tr.less").first.is_visible()
    assert page.locator("#brief").get_attribute("aria-pressed") == "true"
