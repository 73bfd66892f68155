"""What a release must show, one line for each check: `python -m tools.release [FOLDER]`

The archives are built twice, each time from a fresh export of the commit, and must be equal byte by byte. The wheel is
installed into an empty environment, where the tests of the examples and of the commands must pass over it. `FOLDER`
("dist" by default) then holds the source archive, the wheel, and the bill of materials (CycloneDX, with licences) of
what `pip install nodecompat[tls]` brings along. Known weaknesses of those are listed and fail nothing: whether they
concern a release is for people to judge. Needs the packages of tox's row `package`: `tox -e package` has them.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: What the wheel must have beside the modules.
_NEEDED = ("nodecompat/py.typed", "twisted/plugins/nodecompat_plugin.py", "nodecompat/anatomy/article.py")
#: The tests that run programs as users run them, over the installed wheel.
_TESTS = ("tests/test_examples.py", "tests/test_cli.py", "tests/commands")
#: What those tests need beside the wheel.
_TOOLS = ("hypothesis", "pytest", "pytest-timeout", "pytest-twisted", "pytest-xdist", "treq", "websockets", "brotli")


class Refused(Exception):
    """A check that does not hold."""


def run(*command: object, **options: object) -> str:
    """The output of a command; Refused, with what it printed, if it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)  # type: ignore[call-overload]
    if done.returncode:
        raise Refused(f"{' '.join(words)}\n{done.stdout}")
    output: str = done.stdout
    return output


def export(folder: Path) -> None:
    """The files of the commit, and no others."""
    folder.mkdir()
    archive = folder.with_suffix(".tar")
    run("git", "-C", ROOT, "archive", "-o", archive, "HEAD")
    shutil.unpack_archive(archive, folder)


def build(work: Path) -> list[Path]:
    """The archives, after they were made in two places and found equal."""
    made = []
    for name in ("first", "second"):
        export(work / name)
        run(sys.executable, "-m", "build", "--outdir", work / f"{name}-dist", work / name)
        made.append(sorted((work / f"{name}-dist").iterdir()))
    names = [path.name for path in made[0]]
    _, different, missing = filecmp.cmpfiles(made[0][0].parent, made[1][0].parent, names, shallow=False)
    if different or missing:
        raise Refused(f"two builds of one commit differ: {different + missing}")
    return made[0]


def wheelOf(archives: list[Path]) -> Path:
    return next(path for path in archives if path.suffix == ".whl")


def checkContents(wheel: Path) -> int:
    """How many files the wheel has: the package, Twisted's plugin, and what is about the wheel itself."""
    names = zipfile.ZipFile(wheel).namelist()
    missing = [name for name in _NEEDED if name not in names]
    if not any(name.endswith("licenses/LICENSE") for name in names):
        missing.append("LICENSE")
    foreign = [name for name in names if not name.startswith(("nodecompat/", "nodecompat-")) and name not in _NEEDED]
    if missing or foreign:
        raise Refused(f"the wheel lacks {missing} and has {foreign}, which does not belong there")
    return len(names)


def install(wheel: Path, work: Path) -> Path:
    """The Python of an environment that has the wheel, and what it needs, alone."""
    run(sys.executable, "-m", "venv", work / "environment")
    python = work / "environment" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(python, "-m", "pip", "install", "-q", f"{wheel}[tls]")
    return python


def bill(python: Path, target: Path) -> None:
    """The bill of materials of an environment."""
    run(sys.executable, "-m", "cyclonedx_py", "environment", python, "--output-reproducible", "--output-file", target)


def weaknesses(python: Path) -> str:
    """What is known of the packages of an environment, or why nobody could say."""
    packages = run(python, "-m", "pip", "list", "--format=freeze")
    listed = python.parent / "installed.txt"
    listed.write_text("".join(line + "\n" for line in packages.splitlines() if not line.startswith("nodecompat")))
    options = ["--no-deps", "--disable-pip", "--progress-spinner=off", "--format=json"]
    command = [sys.executable, "-m", "pip_audit", "-r", str(listed), *options]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    except subprocess.TimeoutExpired:
        told = ""
    found = json.loads(told)["dependencies"] if told else []
    audited = [each for each in found if "vulns" in each]
    if not audited:
        return "skipped: the database cannot be reached"
    known = [f"{each['name']} {each['version']}: {weak['id']}" for each in audited for weak in each["vulns"]]
    return "\n  ".join([f"{len(known)} in {len(audited)} packages", *known])


def passTests(python: Path, wheel: Path, work: Path) -> str:
    """The last line of the tests that ran over the wheel: the tree they lie in has no `nodecompat`."""
    tree = work / "tree"
    shutil.copytree(work / "first", tree, ignore=shutil.ignore_patterns("nodecompat", "twisted"))
    run(python, "-m", "pip", "install", "-q", *_TOOLS)
    run(python, "-c", "import nodecompat, sys; sys.exit('environment' not in nodecompat.__file__)", cwd=tree)
    output = run(python, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", *_TESTS, cwd=tree)
    return output.strip().splitlines()[-1]


def check(folder: Path, work: Path) -> None:
    """All of it, a line each; Refused at the first that does not hold."""

    def tell(what: str, found: object) -> None:
        print(f"{what}: {found}", flush=True)

    news = run(sys.executable, "-m", "towncrier", "build", "--draft", "--version", "next", cwd=ROOT)
    tell("news", "none" if "No significant changes" in news else f"{len(news.splitlines())} lines")
    archives = build(work)
    wheel = wheelOf(archives)
    tell("two builds are equal", ", ".join(path.name for path in archives))
    tell("files in the wheel", checkContents(wheel))
    run(sys.executable, "-m", "twine", "check", "--strict", *archives)
    tell("what an index shows", "valid")
    python = install(wheel, work)
    tell("nodecompat --version", run(python.with_name("nodecompat"), "--version").strip())
    sbom = work / f"{wheel.name.split('-py3')[0]}.cdx.json"
    bill(python, sbom)
    tell("bill of materials", sbom.name)
    tell("weaknesses known of what it needs", weaknesses(python))
    tell("tests over the wheel", passTests(python, wheel, work))
    folder.mkdir(exist_ok=True)
    for path in (*archives, sbom):
        shutil.copy(path, folder)
    tell("written to", folder)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "dist", help="where the archives go (dist)")
    options = parser.parse_args(argv)
    os.environ.pop("PYTHONPATH", None)  # what is installed is tried, and nothing else
    with tempfile.TemporaryDirectory() as work:
        try:
            check(options.folder, Path(work))
        except Refused as refusal:
            print(f"REFUSED: {refusal}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
