"""What a reader is told, and what it tells back besides entries. Plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from tutela.detect.matching.readers.opening import Progress, silent


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileRow:
    """What one number of a VICS profile means. ``use`` is ``listed``, ``good`` or ``left out``.

    ``severity`` decides between several records of one file: the highest wins.
    """

    use: str
    severity: int
    legal_class: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class VicsProfile:
    """The table of a VICS profile: category number to meaning (standards/08 section 8.6)."""

    name: str
    scheme: str
    rows: Mapping[int, ProfileRow]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadOptions:
    """How foreign files are to be read; every field has a sensible "not said"."""

    #: Keys ids of entries without one, and digests of URLs and keywords (decisions.md section 8).
    salt: bytes = field(repr=False)
    #: True when ``salt`` is the one under which keyed digests in the file were made.
    salt_of_file: bool = False
    #: Kind of values in a file that has no column for it.
    kind: str = ""
    #: Foreign column name (any case) to field or kind; ``-`` leaves a column out.
    columns: Mapping[str, str] = field(default_factory=dict)
    #: Cell separator of CSV; "" = found out from the header.
    delimiter: str = ""
    #: Encoding; "" = by byte order mark, else UTF-8.
    encoding: str = ""
    #: Environment of an NCMEC file, for example ``NGO`` (standards/02 section 2.1); it is not in the file.
    environment: str = ""
    #: Profile of a VICS file, where the file names none or another ("" = what the file names).
    profile: str = ""
    #: A table beside the shipped ones.
    profile_table: VicsProfile | None = None
    #: True when what is imported is a list of harmless files.
    known_good: bool = False
    progress: Progress = silent


class Tally:
    """Counts what a reader left out or put right, by a plain sentence each. Never values."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, what: str, number: int = 1) -> None:
        """Count ``number`` more of ``what``; nothing is said about what happened 0 times."""
        if number:
            self.counts[what] += number

    def sentences(self) -> list[str]:
        """``12 tombstones applied``, in the order in which they first happened."""
        return [f"{number} {what}" for what, number in self.counts.items()]
