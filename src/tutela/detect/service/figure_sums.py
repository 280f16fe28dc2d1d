"""The numbers of all processes of a service as one: a scrape meets any of them, and counts must not jump.

Each process writes what it counted into a folder about once a second; whoever is scraped adds it up.
What an ended process counted stays in the sums as long as the service runs; its gauges go with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

#: Seconds between two writings of a process (our own: a scrape every 15 s is usual).
TELL_SECONDS = 1.0
_SUFFIX = ".prom"

Rule = Callable[[float, float], float]


@dataclass(kw_only=True, slots=True)
class _Family:
    """One metric: its comment lines, its kind, and its samples by name and labels."""

    comments: list[str] = field(default_factory=list)
    kind: str = ""
    samples: dict[str, float] = field(default_factory=dict)


def tell(folder: Path, exposition: bytes) -> None:
    """Returns when this process's numbers stand in ``folder`` (0700). Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f"{os.getpid()}.draft"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, exposition)
    finally:
        os.close(descriptor)
    os.replace(draft, draft.with_suffix(_SUFFIX))


def together(folder: Path, own: bytes, rules: Mapping[str, Rule]) -> bytes:
    """``own`` numbers and those of the other processes of ``folder``, in Prometheus' text format.

    Counters and histograms are added; a gauge is joined by its rule, without one it is added too.
    """
    sums = _parsed(own)
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        if path.stem.isdigit() and int(path.stem) != os.getpid():
            for name, family in _read(path).items():
                if family.kind != "gauge" or _lives(int(path.stem)):
                    _join(sums.setdefault(name, family), family, _rule_of(name, rules))
    return "".join(_rendered(sums)).encode()


def _rule_of(name: str, rules: Mapping[str, Rule]) -> Rule:
    return min if name.endswith("_created") else rules.get(name, _added)


def _added(one: float, other: float) -> float:
    return one + other


def _join(into: _Family, other: _Family, rule: Rule) -> None:
    if into is other:
        return
    for key, value in other.samples.items():
        into.samples[key] = rule(into.samples[key], value) if key in into.samples else value


def _read(path: Path) -> dict[str, _Family]:
    try:
        return _parsed(path.read_bytes())
    except (OSError, ValueError):  # the file of a process that writes no more, or of another release
        return {}


def _parsed(exposition: bytes) -> dict[str, _Family]:
    """The families in order. Raises ValueError for what is no text format of our own."""
    families: dict[str, _Family] = {}
    name = ""
    for line in exposition.decode().splitlines():
        if line.startswith("# "):
            name = line.split(" ", 3)[2]
            family = families.setdefault(name, _Family())
            family.comments.append(line)
            family.kind = line.rsplit(" ", 1)[1] if line.startswith("# TYPE ") else family.kind
        elif line:
            key, _, value = line.rpartition(" ")
            families.setdefault(name, _Family()).samples[key] = float(value)
    return families


def _rendered(families: Mapping[str, _Family]) -> Iterator[str]:
    for family in families.values():
        yield from (f"{line}\n" for line in family.comments)
        yield from (f"{key} {value}\n" for key, value in family.samples.items())


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's by now
        return False
    return True
