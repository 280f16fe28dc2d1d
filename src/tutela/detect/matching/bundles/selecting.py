"""Which entries of a list go onto devices: what may not makes the list refused, what cannot is left out.

Refused as a whole: a list of harmless files, one whose entries nobody assessed, entries of several classes,
an entry without law or class, or disputed. Left out and counted: kinds that were not asked for or that
devices do not know, entries that lapse before the device list does, PDQ values of poor quality.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tutela.detect.matching.bundles.buckets import DIGEST_BYTES
from tutela.detect.matching.bundles.prints import DISTANCE_BITS_MAX
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.kernel.errors import Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which entries: of one legal class ("" = the only one there is), valid from ``since`` to ``until``.

    ``kinds`` are those of the digests, SHA-256 and whatever else was asked for; ``prints`` asks for PDQ.
    """

    legal_class: str
    since: datetime
    until: datetime
    kinds: tuple[str, ...] = ("sha256",)
    prints: bool = False

    def __post_init__(self) -> None:
        if not set(self.kinds) <= set(DIGEST_BYTES):
            raise ValueError(f"a device list holds digests of {', '.join(DIGEST_BYTES)}")


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Selection:
    """Digests by kind, PDQ values with their qualities, the class and laws of all of them.

    ``left_out`` counts values by the reason why they are not on devices.
    """

    legal_class: str
    laws: tuple[str, ...]
    digests: dict[str, list[bytes]]
    prints: list[tuple[bytes, int | None]]
    left_out: Counter[str]


@dataclass(slots=True)
class _Taking:
    header: ListHeader
    wanted: Wanted
    classes: Counter[str] = field(default_factory=Counter)
    laws: set[str] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    digests: dict[str, list[bytes]] = field(default_factory=dict)
    prints: list[tuple[bytes, int | None]] = field(default_factory=list)

    def take(self, entry: ListEntry) -> None:
        """Sort one entry in."""
        legal_class = entry.legal_class or self.header.legal_class
        if legal_class and legal_class != (self.wanted.legal_class or legal_class):
            self.left_out["of another legal class"] += 1
            return
        reason = self._reason(entry)
        if reason:
            self.left_out[reason] += 1
            return
        self._judge(entry, legal_class)
        if entry.kind == "pdq":
            self.prints.append((entry.value, entry.quality))
        else:
            self.digests.setdefault(entry.kind, []).append(entry.value)

    def _reason(self, entry: ListEntry) -> str:
        """Why an entry is not on devices; empty where it is."""
        if entry.kind not in (*self.wanted.kinds, "pdq"):
            return f"{entry.kind} values, which this device list does not hold"
        if entry.valid_from is not None and entry.valid_from > self.wanted.since:
            return "not valid yet when the device list is made"
        if entry.valid_to is not None and entry.valid_to < self.wanted.until:
            return "not valid for as long as the device list"
        if entry.kind == "pdq" and not self.wanted.prints:
            return "PDQ values, which were not asked for"
        if entry.quality is not None and entry.quality < self.header.thresholds.quality_min:
            return "PDQ values of poor quality"
        return ""

    def _judge(self, entry: ListEntry, legal_class: str) -> None:
        law = entry.law or self.header.law
        self.classes[legal_class] += 1
        self.laws.add(law)
        self.faults["say no legal class"] += not legal_class
        self.faults["say no law"] += not law
        self.faults["are disputed: another entry contradicts them"] += entry.disputed


def select(header: ListHeader, entries: Iterable[ListEntry], wanted: Wanted) -> Selection:
    """The entries for devices. Raises Refused with the reason why the list may not be on any."""
    _check_header(header, wanted)
    taking = _Taking(header, wanted)
    for entry in entries:
        taking.take(entry)
    for fault, number in taking.faults.items():
        if number:
            raise Refused(f"{number:,} values of {header.name} {fault}; nothing was made")
    if len(taking.classes) > 1:
        raise Refused(
            f"a device list is of one legal class, and here are {', '.join(sorted(taking.classes))}"
        )
    if not taking.classes:
        raise Refused(f"nothing of {header.name} may be on a device: {_why(taking.left_out)}")
    return Selection(
        legal_class=next(iter(taking.classes)),
        laws=tuple(sorted(taking.laws)),
        digests=taking.digests,
        prints=taking.prints,
        left_out=taking.left_out,
    )


def _why(left_out: Counter[str]) -> str:
    return "; ".join(f"{number:,} {reason}" for reason, number in sorted(left_out.items())) or "it is empty"


def _check_header(header: ListHeader, wanted: Wanted) -> None:
    if header.known_good:
        raise Refused(f"{header.name} lists harmless files: no device stops them")
    if not header.approved:
        raise Refused(f"{header.name} does not say that people assessed every entry (--approved)")
    if header.valid_to is not None and header.valid_to < wanted.until:
        raise Refused(f"{header.name} may not be used for as long as the device list would be")
    if wanted.prints and not header.device_perceptual:
        raise Refused(
            f"the owner of {header.name} does not allow its PDQ values on devices (--device-perceptual)"
        )
    if wanted.prints and header.thresholds.distance_bits > DISTANCE_BITS_MAX:
        raise Refused(f"a device compares PDQ values within {DISTANCE_BITS_MAX} bits at most")
