"""Keeps the measured table of a page in docs/: `python -m benchmarks --docs docs/performance.md`.

The table stands between two marks, and the command replaces it; the rest of the page is written by hand. Beside the
page lie the samples (.json) and the picture (.svg). A run of some benchmarks keeps what the page has of the others: a
ratio is always one of figures from the same run.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from . import report
from .harness import Missing, Outcome, findNode

BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
#: The packages whose versions are told.
PACKAGES = ("twisted", "pyopenssl", "cryptography", "httptools", "uvloop", "uvicorn", "aiohttp", "treq", "pyee")


def conditions() -> dict[str, str]:
    """What was measured with: a name and a version each."""
    found = {
        platform.python_implementation(): platform.python_version(),
        "cores": str(len(os.sched_getaffinity(0))),
        "kernel": platform.release(),
    }
    try:
        found["Node"] = subprocess.run([findNode(), "--version"], capture_output=True, text=True).stdout.strip("v\n")
    except Missing:
        found["Node"] = "not here"
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not here"
    return found


def write(page: Path, outcomes: Sequence[Outcome], order: Sequence[str]) -> None:
    """Put the outcomes into the page, and its samples and picture beside it.

    Args:
        page: a Markdown file with the two marks.
        order: the names of all benchmarks, as they follow each other in the table.
    Raises: ValueError when the page has no marks.
    """
    text = page.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no lines {BEGIN} and {END}")
    samples = page.with_suffix(".json")
    known = _read(samples) | {outcome.name: outcome for outcome in outcomes}
    shown = [known[name] for name in order if name in known]
    with_ = conditions()
    data = {"conditions": with_, "outcomes": [each.toJson() for each in shown]}
    samples.write_text(json.dumps(data, indent=1) + "\n")
    picture = page.with_suffix(".svg")
    picture.write_text(report.svg(shown))
    drawn = f"![The medians as bars]({picture.name})"
    page.write_text("\n\n".join((before + BEGIN, _measured(with_, shown), report.markdown(shown), drawn, END + after)))


def _read(samples: Path) -> dict[str, Outcome]:
    if not samples.exists():
        return {}
    return {each["name"]: Outcome.fromJson(each) for each in json.loads(samples.read_text())["outcomes"]}


def _measured(with_: dict[str, str], outcomes: Sequence[Outcome]) -> str:
    """The sentence above the table: when, where, with what."""
    days = sorted({outcome.date for outcome in outcomes})
    days = days if len(days) < 2 else [days[0], days[-1]]
    rounds = sorted({len(result.samples) for outcome in outcomes for result in outcome.results}) or [0]
    counted = f"{rounds[0]}" if len(set(rounds)) == 1 else f"{rounds[0]} to {rounds[-1]}"
    versions = ", ".join(f"{name} {version}" for name, version in with_.items() if name not in ("cores", "kernel"))
    machine = f"{with_['cores']} cores, Linux {with_['kernel']}"
    return f"Measured {' to '.join(days)}, {counted} rounds, on {machine}; {versions}."
