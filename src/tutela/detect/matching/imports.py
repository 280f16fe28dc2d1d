"""A foreign list becomes a list file: read to its end, freed of poison, contradictions marked, then written.

Nothing is half imported: a wrong line ends the import and leaves what stood at the target as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutela.detect.matching.columns import ColumnBuilder, Columns
from tutela.detect.matching.disputes import Disputes, mark_disputes
from tutela.detect.matching.poison import KINDS, poison_values
from tutela.detect.matching.readers import read_entries, text
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import open_list, write_columns
from tutela.kernel.errors import Invalid, Unavailable

_POISON = "values left out that everybody has, such as the empty file or a blank picture"


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """What an import did. Counts only; ``remarks`` are sentences about what was left out or put right."""

    entries: int
    values: int
    kinds: dict[str, int]
    disputed: int
    duplicates: int
    remarks: tuple[str, ...]


def import_list(
    paths: Sequence[Path], target: Path, header: ListHeader, format_name: str, options: ReadOptions
) -> ImportReport:
    """Read all of ``paths`` in one format and write them as the list ``target``.

    ``options.salt`` has to be the header's. Raises Invalid naming file and line of what is wrong,
    Unavailable when the system cannot read or write.
    """
    tally = Tally()
    try:
        columns, disputes = _read(paths, header, format_name, options, tally)
        write_columns(target, header, columns)
    except ValueError as error:
        raise Invalid(str(error)) from error
    except OSError as error:
        raise Unavailable(f"{target}: the list could not be written: {error.strerror}") from error
    return report_of(target, disputes, tally)


def write_marked(target: Path, header: ListHeader, columns: Columns) -> Disputes:
    """Mark what contradicts itself, then write the list. Raises ValueError, OSError."""
    marked, disputes = mark_disputes(columns, header)
    write_columns(target, header, marked)
    return disputes


def report_of(target: Path, disputes: Disputes, tally: Tally) -> ImportReport:
    """What a list that was just written holds."""
    written = open_list(target)
    return ImportReport(
        entries=len(written.ids),
        values=len(written),
        kinds=written.counts(),
        disputed=disputes.disputed,
        duplicates=disputes.duplicates,
        remarks=tuple(tally.sentences()),
    )


def without_poison(entries: Iterable[ListEntry], tally: Tally) -> Iterator[ListEntry]:
    """The entries without those whose value everybody has; these are counted."""
    poison = poison_values()
    for entry in entries:
        if entry.kind in KINDS and entry.value in poison[entry.kind]:
            tally.add(_POISON)
        else:
            yield entry


def collect(entries: Iterable[ListEntry], tally: Tally) -> Columns:
    """Entries as columns, without what must not be matched. Raises ValueError."""
    builder = ColumnBuilder()
    for entry in without_poison(entries, tally):
        builder.add(entry)
    return builder.finish()


def _read(
    paths: Sequence[Path], header: ListHeader, format_name: str, options: ReadOptions, tally: Tally
) -> tuple[Columns, Disputes]:
    """The fast way for a text list of plain hashes, about which nothing can be disputed; else by entry."""
    if format_name == "text":
        fast = text.columns(paths, options)
        if fast is not None:
            return fast, Disputes(disputed=0, duplicates=len(fast.rows) - len(fast.ids))
    return mark_disputes(collect(read_entries(paths, format_name, options, tally), tally), header)
