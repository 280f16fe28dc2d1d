"""An HMA instance's banks become lists of the service, as changes in its log.

Everything is read and checked before the first change. While a bank comes in it answers nothing (its share
is 0); its own share is the last change, so that a half-imported bank, after a crash, never answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.service.changes import ChangeLog, Draft
from tutela.detect.service.hma.dumped import Dump
from tutela.detect.service.hma.exported import Bank, Export, Tally
from tutela.detect.service.hma.saved import Saved
from tutela.kernel.clock import Clock, SystemClock, iso_utc
from tutela.kernel.errors import Conflict, Invalid, Unavailable

T = TypeVar("T")
#: Rows or ids in one change: an import is acknowledged in pieces (changes.ENTRIES_PER_CHANGE_MAX is 10,000).
ROWS_PER_CHANGE = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Labels:
    """What HMA does not know and a list must say: the legal class and the law; who asked for the import."""

    legal_class: str
    law: str = ""
    caller: str = "import-hma"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What an export holds. Counts only; ``remarks`` are sentences about what is left out."""

    banks: tuple[Bank, ...]
    values: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    disabled: Counter[str] = field(default_factory=Counter)
    remarks: tuple[str, ...] = ()


def open_export(path: Path) -> Export:
    """The export at ``path``: a plain SQL dump, or a folder of saved answers. Raises Invalid, Unavailable."""
    try:
        return Saved(path) if path.is_dir() else Dump(path)
    except ValueError as error:
        raise Invalid(str(error), field=path.name) from error
    except OSError as error:
        raise Unavailable(f"{path}: cannot be read: {error.strerror}") from error


def check_export(export: Export, taken: Collection[str], *, skip_malformed: bool = False) -> Found:
    """What the export holds, every line of it read; ``skip_malformed`` counts values that are no hash.

    Raises Invalid naming the line that is wrong, Conflict when one of its banks is a list already
    (``taken``), Unavailable when it cannot be read.
    """
    clashing = sorted(set(export.banks) & set(taken))
    if clashing:
        raise Conflict(f"there is a list of this name already, retire it first: {', '.join(clashing)}")
    tally = Tally(skips_malformed=skip_malformed)
    found = Found(banks=tuple(export.banks.values()))
    for bank, entry in _reading(export.entries(tally)):
        found.values[bank] += 1
        found.kinds[entry.kind] += 1
    found.disabled.update(bank for bank, _ in _reading(export.switched_off()))
    return Found(
        banks=found.banks,
        values=found.values,
        kinds=found.kinds,
        disabled=found.disabled,
        remarks=tally.sentences(),
    )


def take_over(
    export: Export,
    log: ChangeLog,
    labels: Labels,
    *,
    clock: Clock | None = None,
    progress: Callable[[int], None] = lambda rows: None,
    skip_malformed: bool = False,
) -> int:
    """Number of the last change. ``check_export`` comes first, with the same ``skip_malformed``; ``progress``
    gets the rows of each change.

    Raises Invalid, Unavailable.
    """
    now = (SystemClock() if clock is None else clock).now()
    for bank in export.banks.values():
        header = ListHeader(
            name=bank.name,
            version=iso_utc(now),
            source=f"HMA, exchange {bank.exchange}" if bank.exchange else "HMA",
            law=labels.law,
            legal_class=labels.legal_class,
            created=now,
        )
        log.append(Draft(list=bank.name, act="create", caller=labels.caller, header=header))
        log.append(Draft(list=bank.name, act="ratio", caller=labels.caller, ratio=0.0))
    for draft in _fillings(export, labels, Tally(skips_malformed=skip_malformed)):
        log.append(draft)
        progress(len(draft.entries))
    last = 0
    for bank in export.banks.values():
        last = log.append(Draft(list=bank.name, act="ratio", caller=labels.caller, ratio=bank.ratio))
    return last


def _fillings(export: Export, labels: Labels, tally: Tally) -> Iterator[Draft]:
    """The rows of all banks, then what is off among them: entries must be there to be disabled."""
    for bank, rows in _batches(_reading(export.entries(tally))):
        yield Draft(list=bank, act="add", caller=labels.caller, entries=rows)
    by_time = sorted(
        ((bank, switch.until, switch.entry) for bank, switch in _reading(export.switched_off())),
        key=lambda one: (one[0], iso_utc(one[1]) if one[1] else "", one[2]),
    )
    for (bank, until), group in groupby(by_time, key=lambda one: one[:2]):
        ids = [entry for _, _, entry in group]
        for start in range(0, len(ids), ROWS_PER_CHANGE):
            some = tuple(ids[start : start + ROWS_PER_CHANGE])
            yield Draft(list=bank, act="disable", caller=labels.caller, ids=some, until=until)


def _batches(rows: Iterable[tuple[str, ListEntry]]) -> Iterator[tuple[str, tuple[ListEntry, ...]]]:
    """Rows of one bank together, at most ``ROWS_PER_CHANGE``, whatever their order."""
    waiting: dict[str, list[ListEntry]] = {}
    for bank, entry in rows:
        batch = waiting.setdefault(bank, [])
        batch.append(entry)
        if len(batch) == ROWS_PER_CHANGE:
            yield bank, tuple(waiting.pop(bank))
    for bank, batch in waiting.items():
        yield bank, tuple(batch)


def _reading(rows: Iterator[T]) -> Iterator[T]:
    """The rows; what goes wrong becomes one of the four families."""
    try:
        yield from rows
    except ValueError as error:
        raise Invalid(str(error)) from error
    except OSError as error:
        raise Unavailable(f"the export cannot be read: {error.strerror}") from error


def standing_lists(log: ChangeLog) -> frozenset[str]:
    """Names of the lists that the log has made and not retired. Reads the whole log. Raises Unavailable."""
    names: set[str] = set()
    sequence = 0
    while changes := log.after(sequence):
        for change in changes:
            if change.act == "create":
                names.add(change.list)
            elif change.act == "retire":
                names.discard(change.list)
        sequence = changes[-1].sequence
    return frozenset(names)
