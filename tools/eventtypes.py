"""Writes the overloads of `on` and the like from the tables `__events__`, so that a type checker knows the events.

    python tools/eventtypes.py

A table says `"data": ("chunk: Any",)`: the event, and its arguments as in a signature. Each class with a table of its
own gets a block behind it, between two comments, which only type checkers read: nothing of it runs. The names of types
are those of the file. `tests/test_typing.py` compares the blocks with the tables.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nodecompat.events import EventEmitter

ROOT = Path(__file__).resolve().parent.parent
BEGIN = "    # events: written by tools/eventtypes.py"
END = "    # end of events"
_WIDTH = 120
#: Of these nothing is known: any emitter may have any event.
_OPEN = {"EventEmitter", "AbortSignal"}


def sources() -> list[Path]:
    """The files that have tables."""
    return [path for path in sorted((ROOT / "nodecompat").rglob("*.py")) if "    __events__" in path.read_text("utf-8")]


def written(path: Path) -> str:
    """What a file should hold."""
    text = path.read_text("utf-8")
    lines = _without(text.split("\n"))
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for node in reversed([each for each in ast.parse("\n".join(lines)).body if isinstance(each, ast.ClassDef)]):
        place = _endOfTable(node)
        if place is not None and not node.name.startswith("_") and node.name not in _OPEN:
            block = _block(getattr(module, node.name))
            lines[place:place] = [*block, ""] if block and lines[place] else block
    return "\n".join(lines)


def _without(lines: list[str]) -> list[str]:
    kept, inside = [], False
    for line in lines:
        if line == BEGIN:
            inside = True
            if kept and not kept[-1]:
                kept.pop()
        elif line == END:
            inside = False
        elif not inside:
            kept.append(line)
    return kept


def _endOfTable(node: ast.ClassDef) -> int | None:
    for each in node.body:
        target = each.targets[0] if isinstance(each, ast.Assign) else getattr(each, "target", None)
        if isinstance(target, ast.Name) and target.id == "__events__":
            return each.end_lineno
    return None


def _block(kind: Any) -> list[str]:
    table: dict[str, tuple[str, ...]] = {**EventEmitter.__events__, **kind.__events__}
    if any(getattr(base, "__events__", None) == kind.__events__ for base in kind.__bases__):
        return []  # the base's block is right
    groups: dict[str, list[str]] = {}
    for event, arguments in table.items():
        groups.setdefault(_listener(arguments), []).append(event)
    body = [
        *_names(table),
        *(f'_F{number} = TypeVar("_F{number}", bound={listener})' for number, listener in enumerate(groups)),
        "",
        *_overloads(groups),
        "def on(self, eventName: Any, listener: Any = None) -> Any: ...",
        "",
        *(f"{name} = on{_OTHER}" for name in ("addListener", "once", "prependListener", "prependOnceListener")),
        "",
        f"def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...{_NARROWER}",
        "",
        f"off = removeListener{_OTHER}",
    ]
    shown = ["        " + line if line else "" for line in body]
    return ["", BEGIN, "    if TYPE_CHECKING:", *shown, END]


#: Each of them is compatible with the base's at run time only: a base has fewer events, or takes any.
_NARROWER = "  # type: ignore[override, unused-ignore]"
_OTHER = "  # type: ignore[assignment, unused-ignore]"


def _listener(arguments: tuple[str, ...]) -> str:
    kinds = [each.partition(": ")[2] or "Any" for each in arguments]
    return f"Listener{len(kinds)}" + (f"[{', '.join(kinds)}]" if kinds else "")


def _overloads(groups: dict[str, list[str]]) -> Iterator[str]:
    first = _NARROWER
    for listener, names in groups.items():
        for some in _fitting(names, f"self, eventName: Literal[], listener: {listener}"):
            yield f"@overload{first}"
            yield from _stub("on", f"self, eventName: Literal[{some}], listener: {listener}", "Self")
            first = ""
    yield "@overload"
    yield from _stub("on", "self, eventName: Symbol, listener: Listener", "Self")
    for number, names in enumerate(groups.values()):
        for some in _fitting(names, "self, eventName: Literal[]"):
            yield "@overload"
            yield from _stub("on", f"self, eventName: Literal[{some}]", f"Callable[[_F{number}], _F{number}]")


def _names(table: Iterable[str]) -> list[str]:
    shown = [f'"{each}"' for each in table]
    line = f"_Event = Literal[{', '.join(shown)}]"
    return [line] if len(line) <= _WIDTH - 8 else ["_Event = Literal[", *(f"    {each}," for each in shown), "]"]


def _fitting(names: list[str], around: str) -> Iterator[str]:
    """The names as texts, in as many pieces as have room in a line."""
    room = _WIDTH - 12 - len(around)
    piece: list[str] = []
    for name in names:
        if piece and len(", ".join(f'"{each}"' for each in (*piece, name))) > room:
            yield ", ".join(f'"{each}"' for each in piece)
            piece = []
        piece.append(name)
    yield ", ".join(f'"{each}"' for each in piece)


def _stub(name: str, parameters: str, result: str) -> list[str]:
    """A definition as the formatter leaves it."""
    line = f"def {name}({parameters}) -> {result}: ..."
    return [line] if len(line) <= _WIDTH - 8 else [f"def {name}(", f"    {parameters}", f") -> {result}: ..."]


if __name__ == "__main__":
    for source in sources():
        if (new := written(source)) != source.read_text("utf-8"):
            source.write_text(new, "utf-8")
            print(source.relative_to(ROOT))
