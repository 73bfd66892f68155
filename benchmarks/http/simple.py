"""How many small answers does an http server give?"""

from __future__ import annotations

from ..harness import HERE, Benchmark, Peer, Server, node, python, reactors, wrk

POST = HERE / "load/post.lua"
BROWSER = HERE / "load/browser.lua"

PEERS = (
    Peer("nodecompat", python("http_nodecompat.py")),
    Peer("Python httptools loop", python("http_loop.py", needs="httptools")),
    Peer("Node 26", node("http_node.cjs")),
    Peer("uvicorn", python("http_uvicorn.py", needs="uvicorn, uvloop, httptools")),
    Peer("aiohttp", python("http_aiohttp.py", needs="aiohttp")),
    Peer("twisted.web", python("http_twisted.py")),
)


def _hello(server: Server, seconds: float) -> float:
    """A browser's headers, and a target that no other request has: nothing that was kept of an earlier head fits."""
    return wrk(server, connections=64, seconds=seconds, arguments=["-s", str(BROWSER)])


def _repeated(server: Server, seconds: float) -> float:
    """wrk's own request, with Host alone, the same for ever."""
    return wrk(server, connections=64, seconds=seconds)


_REACTORS = reactors("http_nodecompat.py")

ECHO = (Peer("nodecompat", python("httpecho_nodecompat.py")), Peer("Node 26", node("httpecho_node.cjs")))


def _post(server: Server, seconds: float) -> float:
    return wrk(server, connections=64, seconds=seconds, arguments=["-s", str(POST)])


def _close(server: Server, seconds: float) -> float:
    return wrk(server, connections=64, seconds=seconds, arguments=["-H", "Connection: close"])


BENCHMARKS = (
    Benchmark(
        "http",
        "HTTP hello, a browser's headers, every request with another target, keep-alive, 64 connections",
        "requests/s",
        PEERS,
        _hello,
        required=(("Node 26", 0.95), ("uvicorn", 1.6), ("twisted.web", 5.0)),
        aims=(("Node 26", 1.1), ("uvicorn", 2.0), ("Python httptools loop", 0.5)),
    ),
    Benchmark(
        "http-repeated",
        "HTTP hello, one request with no header but Host for ever, keep-alive, 64 connections",
        "requests/s",
        PEERS,
        _repeated,
    ),
    Benchmark(
        "reactors-http",
        "HTTP hello as in `http`, on each reactor (the first is epoll)",
        "requests/s",
        _REACTORS,
        _hello,
        variants=tuple((peer.name, 0.9) for peer in _REACTORS[1:]),
    ),
    Benchmark(
        "http-post",
        "HTTP POST of 16 KiB, echoed, keep-alive, 64 connections",
        "requests/s",
        ECHO,
        _post,
        required=(("Node 26", 0.75),),
        aims=(("Node 26", 1.0),),
    ),
    Benchmark(
        "http-close",
        "HTTP hello, a connection for each request, 64 at a time",
        "requests/s",
        (PEERS[0], PEERS[2]),
        _close,
        required=(("Node 26", 0.8),),
        aims=(("Node 26", 1.0),),
    ),
)
