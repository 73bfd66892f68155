"""Runs nginx, which listens on sockets in a folder: no port is chosen."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from program import HANGS

_NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
needsNginx = pytest.mark.skipif(_NGINX is None, reason="needs nginx: apt-get install nginx-light")


@contextmanager
def running(home: Path, servers: str) -> Iterator[Path]:
    """nginx with these `server {…}`, in which HOME is the folder. One of them listens on `unix:HOME/front`.

    Args: servers: with what else stands in `http {…}`.
    """
    home.chmod(0o755)
    temporary = " ".join(f"{name}_temp_path {home}/{name};" for name in ("fastcgi", "uwsgi", "scgi", "proxy"))
    (home / "nginx.conf").write_text(
        f"""daemon off; {"user root;" if os.geteuid() == 0 else ""} worker_processes 1; events {{}}
        pid {home}/pid; error_log {home}/errors;
        http {{ access_log off; client_body_temp_path {home}/body; {temporary}
        {servers.replace("HOME", str(home))} }}"""
    )
    child = subprocess.Popen([str(_NGINX), "-p", str(home), "-c", f"{home}/nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + HANGS
        while not _isListening(home / "front"):
            assert child.poll() is None and time.monotonic() < deadline, (home / "errors").read_text()
            time.sleep(0.01)
        yield home
    finally:
        child.terminate()
        child.wait()


def _isListening(path: Path) -> bool:
    """Connections are taken. That its file exists does not show it: bind(2) makes that, and listen(2) comes after."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
