"""Looks for broken links: follows the links of a site, and tells which pages cannot be had.

python examples/crawler.py http://localhost:8000/ [PAGES AT MOST] [AT ONCE]
"""

import asyncio
import re
import sys
from html.parser import HTMLParser

from nodecompat import URL, AbortSignal, fetch
from nodecompat.errors import NodeError

START = URL(sys.argv[1])
MOST = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
AT_ONCE = int(sys.argv[3]) if len(sys.argv) > 3 else 8
PATIENCE = 10_000  # milliseconds for a page
LARGEST = 1_000_000  # bytes of a page that are read


class Links(HTMLParser):
    """The addresses of a page."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name in ("href", "src") and value]


async def get(url):
    """The text of a page; raises when it cannot be had."""
    response = await fetch(url, signal=AbortSignal.timeout(PATIENCE), headers={"user-agent": "link-checker"})
    if not response.ok:
        await response.body.cancel()
        raise LookupError(f"{response.status} {response.statusText}")
    text = b""
    async for chunk in response.body:
        text += chunk
        if len(text) > LARGEST:  # leaving the loop cancels the body
            break
    isPage = re.match("text/html", response.headers.get("content-type") or "")
    return text.decode(errors="replace") if isPage else ""


async def main():
    pages = asyncio.Queue()  # (address, the page that has the link)
    seen, broken = set(), 0

    def add(address, base):
        url = URL.parse(address, base)
        if url is None or url.origin != START.origin:
            return
        url.hash = ""
        if url.href not in seen and len(seen) < MOST:
            seen.add(url.href)
            pages.put_nowait((url.href, base))

    async def work():
        nonlocal broken
        while True:
            url, base = await pages.get()
            try:
                for address in Links(await get(url)).found:
                    add(address, url)
            except (LookupError, TypeError, NodeError) as error:
                broken += 1
                print(f"{url}: {error.__cause__ or error} (in {base})", flush=True)
            finally:
                pages.task_done()

    add(START.href, START.href)
    workers = [asyncio.create_task(work()) for _ in range(AT_ONCE)]
    await pages.join()
    for worker in workers:
        worker.cancel()
    print(f"{len(seen)} pages, {broken} broken", file=sys.stderr)
    return broken


sys.exit(1 if asyncio.run(main()) else 0)
