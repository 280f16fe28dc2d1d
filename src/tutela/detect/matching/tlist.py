"""A list as one file, ``.tlist``: written once, opened by mmap, never changed in place.

``write_list`` and ``open_list`` are the two doors; ``verify`` reads every byte again. The format is in
``sections`` (outer shape) and ``arrange`` (sections); a change needs a new format version.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import MihArrays, validate
from tutela.detect.matching.arrange import SECTION_TYPES, arrange
from tutela.detect.matching.columns import EXACT_BYTES, KIND_NAMES, Columns, columns_of
from tutela.detect.matching.headers import checked_header, parse_header, render_header
from tutela.detect.matching.index import BUCKETED, IndexKind
from tutela.detect.matching.sections import (
    SectionFile,
    SectionPlan,
    damaged_sections,
    open_sections,
    write_sections,
)
from tutela.detect.matching.segment import Segment
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.kernel.errors import Invalid, Unavailable

SUFFIX = ".tlist"


class ListView(Segment):
    """An open list file. Arrays are views of the mapping, which lives as long as any of them."""

    def __init__(self, opened: SectionFile, header: ListHeader, *, index: IndexKind) -> None:
        super().__init__(opened.arrays, index=index)
        self._opened = opened
        self.header = header
        self.size_bytes = opened.size_bytes

    @property
    def version(self) -> str:
        """The version that a match names: the header's own."""
        return self.header.version

    def parts(self) -> tuple[Segment, ...]:
        """The segments of the list, one snapshot: here always one (see ``live.LiveList``)."""
        return (self,)

    def verify(self) -> None:
        """Returns when every byte is as it was written and all references hold; raises Invalid otherwise.

        Reads the whole file: about a second a million PDQ hashes.
        """
        damaged = damaged_sections(self._opened)
        if damaged:
            raise Invalid(f"damaged sections: {', '.join(damaged)}; take the file from its source again")
        try:
            _verify_contents(self)
        except ValueError as error:
            raise Invalid(f"the list contradicts itself: {error}") from error


def _verify_contents(view: ListView) -> None:
    arrays, rows = view.arrays, view.rows
    view.ids.check("ids")
    view.strings.check("strings")
    _below(rows["group"], len(view.ids), "entry ids of rows")
    _below(rows["label"], len(arrays["labels"]), "labels of rows")
    _below(arrays["labels"].reshape(-1), len(view.strings), "texts of labels")
    _below(arrays["group_order"], len(view.ids), "entry ids by key")
    if not np.isin(rows["kind"], list(KIND_NAMES)).all():
        raise ValueError("a row is of an unknown kind")
    for kind in (*EXACT_BYTES, "pdq", "vpdq"):
        _below(arrays[f"{kind}_rows"], len(rows), f"rows of {kind}")
    for kind in EXACT_BYTES:
        _rising(view._digests[kind], kind)
    for name in ("pdq", "vpdq"):
        _verify_tables(view, name)


def _below(numbers: NDArray[Any], bound: int, what: str) -> None:
    if len(numbers) and int(numbers.max()) >= bound:
        raise ValueError(f"{what} name what does not exist")


def _rising(digests: NDArray[np.bytes_], kind: str) -> None:
    if len(digests) > 1 and (digests[1:] < digests[:-1]).any():
        raise ValueError(f"the {kind} digests are not in order")


def _verify_tables(view: ListView, name: str) -> None:
    offsets, entries = view.arrays[f"{name}_offsets"], view.arrays[f"{name}_entries"]
    if len(offsets):
        hashes = view.arrays[f"{name}_hashes"][: entries.shape[1]]
        validate(MihArrays(hashes=hashes, offsets=offsets, entries=entries), thorough=True)


def write_columns(path: Path, header: ListHeader, columns: Columns) -> None:
    """Write a list of columns (see ``write_list``). Raises ValueError, OSError."""
    header = checked_header(header)
    arrays = arrange(columns, quality_min=header.thresholds.quality_min)
    plans = [SectionPlan(name=name, array=arrays[name]) for name in SECTION_TYPES]
    write_sections(path, {"list": render_header(header), "rows": len(arrays["rows"])}, plans)


def write_list(path: Path | str, header: ListHeader, entries: Iterable[ListEntry]) -> None:
    """Write all entries as a new list file at ``path``; what stood there is replaced at the end.

    The file is complete or not there (temporary file, fsync, rename), mode 0600. An empty salt in the
    header is drawn. Raises Invalid naming the entry that cannot be stored, Unavailable when the disk
    refuses.
    """
    try:
        write_columns(Path(path), header, columns_of(entries))
    except ValueError as error:
        raise Invalid(str(error), field="list") from error
    except OSError as error:
        raise Unavailable(f"the list could not be written: {error.strerror}") from error


def open_list(path: Path | str, *, index: IndexKind = BUCKETED) -> ListView:
    """An open list; takes milliseconds at any size, since only sizes and offsets are checked.

    Raises Invalid with the file and what is wrong with it, Unavailable when the system cannot read it.
    """
    try:
        opened = open_sections(Path(path), SECTION_TYPES)
        return ListView(opened, parse_header(opened.header.get("list")), index=index)
    except FileNotFoundError as error:
        raise Invalid("there is no such list", field=str(path)) from error
    except ValueError as error:
        raise Invalid(str(error), field=str(path)) from error
    except OSError as error:
        raise Unavailable(f"{path}: the list cannot be read: {error.strerror}") from error
