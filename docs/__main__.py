"""`python -m docs` builds the site into `docs/_build`; `python -m docs serve [PORT]` builds and serves it.

Needs the extras `docs` and `tls`. A warning of the build is an error.
"""

from __future__ import annotations

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sphinx.cmd.build import build_main

HERE = Path(__file__).resolve().parent
SITE = HERE / "_build"
PORT = 8000


def build(site: Path = SITE) -> int:
    """Build the site; the exit code."""
    return build_main(["-q", "-W", "--keep-going", "-b", "html", str(HERE), str(site)])


def serve(port: int) -> None:
    """Serve the site to this machine until Ctrl-C."""
    with ThreadingHTTPServer(("127.0.0.1", port), partial(SimpleHTTPRequestHandler, directory=SITE)) as server:
        print(f"http://127.0.0.1:{server.server_port}/  (Ctrl-C ends)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


def main(arguments: list[str]) -> int:
    """Run the command; the exit code."""
    match arguments:
        case []:
            port = None
        case ["serve"]:
            port = PORT
        case ["serve", number] if number.isdigit():
            port = int(number)
        case _:
            print("python -m docs [serve [PORT]]", file=sys.stderr)
            return 2
    code = build()
    if code == 0:
        print(SITE / "index.html")
        if port is not None:
            serve(port)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
