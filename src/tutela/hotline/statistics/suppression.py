"""Tables without small counts: what is too small is hidden, and so much beside it that nobody can subtract.

A count is hidden where it lies between 1 and one below the threshold (*primary*). Where what is hidden could
be told from the total, the next smallest counts are hidden too (*complementary*), until at least two are, and
until each of them might be anything from 1 to the threshold. Where that cannot be reached, the table shows
its total alone. A table of several levels is protected from above: what lies below a hidden count is not
shown, what lies below a shown one is a table of its own whose total is that count. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Path = tuple[str, ...]
#: Hidden counts of a table at the least: of one alone, the total says what it is.
HIDDEN_MIN = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One count: its place (a word for each level), and how many; None where it is hidden.

    ``parts_withheld``: what lies below it cannot be shown without giving a small count away.
    """

    path: Path
    count: int | None
    parts_withheld: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Counts that may be shown, the largest first. ``total`` is None where it is itself too small.

    ``withheld``: no cell can be shown.
    """

    total: int | None
    withheld: bool
    cells: tuple[Cell, ...]


def hidden(counts: Mapping[str, int], small_count: int) -> frozenset[str] | None:
    """The names whose counts must be hidden beside a known total; None: nothing of the table can be shown."""
    found = {name for name, count in counts.items() if 0 < count < small_count}
    others = iter(sorted((count, name) for name, count in counts.items() if count >= small_count))
    while found and not _is_safe([counts[name] for name in found], small_count):
        _, name = next(others, (0, ""))
        if not name:
            return None
        found.add(name)
    return frozenset(found)


def protect(counts: Mapping[Path, int], small_count: int) -> Table:
    """The table of these counts, each by the words of its levels, with nothing small in it."""
    total = sum(counts.values())
    if 0 < total < small_count:
        return Table(total=None, withheld=True, cells=())
    cells = _level((), counts, small_count)
    if cells is None:
        return Table(total=total, withheld=True, cells=())
    return Table(total=total, withheld=False, cells=cells)


def _is_safe(counts: list[int], small_count: int) -> bool:
    """Whether hidden counts of 1 and more, with a known sum, may each be anything up to the threshold."""
    return len(counts) >= HIDDEN_MIN and sum(counts) >= len(counts) + small_count - 1


def _level(above: Path, counts: Mapping[Path, int], small_count: int) -> tuple[Cell, ...] | None:
    """The cells below a shown place, or None where none can be shown."""
    parts: dict[str, dict[Path, int]] = {}
    for path, count in counts.items():
        parts.setdefault(path[len(above)], {})[path] = count
    sums = {name: sum(below.values()) for name, below in parts.items()}
    hide = hidden(sums, small_count)
    if hide is None:
        return None
    order = sorted(sums, key=lambda name: (-sums[name] if name not in hide else 0, name))
    return tuple(
        cell
        for name in order
        for cell in _place((*above, name), parts[name], small_count, shown=name not in hide)
    )


def _place(path: Path, below: Mapping[Path, int], small_count: int, *, shown: bool) -> Iterator[Cell]:
    """A place and, where it is shown, what lies below it."""
    deeper = any(len(one) > len(path) for one in below)
    if not shown or not deeper:
        yield Cell(path=path, count=sum(below.values()) if shown else None)
        return
    parts = _level(path, below, small_count)
    yield Cell(path=path, count=sum(below.values()), parts_withheld=parts is None)
    yield from parts or ()
