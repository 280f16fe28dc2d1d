"""What an HMA instance holds, from its database dump or from saved answers of its API: banks and contents.

An ``Export`` is read as often as asked, since a large one does not fit into memory: once to check every
line, once to take it over. Nothing is fetched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from tutela.detect.matching.poison import is_poison
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.service.changes import LIST_NAME
from tutela.detect.service.hma.contents import PREFIX
from tutela.detect.service.hma.signals import SIGNALS

#: ``disable_until_ts`` of a content that matches, and of one that does not until it is enabled again
#: (HMA, storage/interface.py: BankContentConfig). Larger numbers are Unix seconds until which it is off.
ENABLED_TS, DISABLED_TS = 1, 0
#: HMA refuses times further ahead than five years; four-digit years are what a date can hold.
_TS_MAX = 253_402_300_799


@dataclass(frozen=True, kw_only=True, slots=True)
class Bank:
    """A bank: its name, the share of questions that it answers (0 to 1), the exchange it was filled from."""

    name: str
    ratio: float = 1.0
    exchange: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Switch:
    """A content that is off: its entry id, and until when (None: until it is enabled again)."""

    entry: str
    until: datetime | None


@dataclass(kw_only=True, slots=True)
class Tally:
    """What was left out, counted by reason. ``skips_malformed``: so are values that are no hash at all.

    HMA's exchanges have delivered such values (ThreatExchange issue 1609), and HMA kept them.
    """

    skips_malformed: bool = False
    left_out: Counter[str] = field(default_factory=Counter)

    def sentences(self) -> tuple[str, ...]:
        """One sentence for each reason."""
        return tuple(f"{count:,} {reason}" for reason, count in sorted(self.left_out.items()))


class Export(Protocol):
    """Banks, contents that are off, and values. ``dumped.Dump`` and ``saved.Saved`` are the two kinds."""

    @property
    def banks(self) -> Mapping[str, Bank]:
        """All banks by name."""

    def switched_off(self) -> Iterator[tuple[str, Switch]]:
        """(bank, content that is off). Raises ValueError naming the place of what is wrong, OSError."""

    def entries(self, tally: Tally) -> Iterator[tuple[str, ListEntry]]:
        """(bank, row of a list) of every value that can be taken over. Raises ValueError, OSError."""


def checked_bank(untrusted_name: object, untrusted_ratio: object, *, exchange: str = "") -> Bank:
    """A bank as it may become a list. Raises ValueError."""
    if not isinstance(untrusted_name, str) or not LIST_NAME.fullmatch(untrusted_name):
        raise ValueError("a bank's name is 1 to 100 letters, digits and _")
    return Bank(name=untrusted_name, ratio=checked_ratio(untrusted_ratio), exchange=exchange)


def checked_ratio(untrusted: object) -> float:
    """A share from 0 to 1, from a number or its text. Raises ValueError."""
    try:
        ratio = float(untrusted) if isinstance(untrusted, int | float | str) else -1.0
    except (ValueError, OverflowError):
        ratio = -1.0
    if isinstance(untrusted, bool) or not 0.0 <= ratio <= 1.0:
        raise ValueError("a ratio is a number from 0 to 1")
    return ratio


def checked_number(untrusted: object) -> int:
    """A whole number from 0, from a number or its text. Raises ValueError."""
    text = str(untrusted) if type(untrusted) is int or isinstance(untrusted, str) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise ValueError("a whole number from 0 is expected")
    return int(text)


def switch_of(number: int, untrusted_ts: object) -> Switch | None:
    """How a content is switched off by its ``disable_until_ts``; None when it matches. Raises ValueError."""
    stamp = checked_number(untrusted_ts)
    if stamp > _TS_MAX:
        raise ValueError("disable_until_ts is a Unix time in seconds")
    if stamp == ENABLED_TS:
        return None
    until = None if stamp == DISABLED_TS else datetime.fromtimestamp(stamp, UTC)
    return Switch(entry=f"{PREFIX}{number}", until=until)


def entry_of(
    number: int, untrusted_type: object, untrusted_value: object, tally: Tally, *, note: str = ""
) -> ListEntry | None:
    """The row of one signal, or None when it cannot be taken over, which is counted. Raises ValueError."""
    signal = SIGNALS.get(untrusted_type) if isinstance(untrusted_type, str) else None
    if signal is None:
        tally.left_out["values left out: their signal type is not one that is matched here"] += 1
        return None
    if not isinstance(untrusted_value, str):
        raise ValueError(f"a {signal.name} signal is a text")
    try:
        value = signal.parse(untrusted_value)
    except ValueError:
        if not tally.skips_malformed:
            raise
        tally.left_out["values left out: they are no hash of the type that they are said to be"] += 1
        return None
    if is_poison(signal.kind, value):
        tally.left_out["values left out that everybody has, such as the empty file or a blank picture"] += 1
        return None
    return ListEntry(entry=f"{PREFIX}{number}", kind=signal.kind, value=value, note=note)
