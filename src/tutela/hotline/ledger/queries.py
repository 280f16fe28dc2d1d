"""What pages and commands read of the ledger."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db.models import Count, QuerySet

from tutela.hotline.ledger.acts import LOSS_ACCEPTED, sentence_of
from tutela.hotline.ledger.entries import Fact, parse
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.ledger.store import OrmLogStore, as_bytes
from tutela.kernel.custody import merkle
from tutela.kernel.custody.checkpoints import Checkpoint, WitnessKey
from tutela.kernel.custody.notes import Note
from tutela.kernel.custody.notes import parse as parse_note
from tutela.kernel.custody.witness_requests import parse_answer
from tutela.kernel.errors import Invalid, Refused, Unavailable

#: Most entries of one page; our own.
PAGE_ENTRIES_MAX = 200
#: Counts below it are shown as "<10" (governance.md, GOV-06).
SMALL_COUNT = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownEntry:
    """One entry as a page shows it. ``sentence`` is that of the act; ``facts`` are ids, numbers and words."""

    index: int
    at: datetime | None
    act: str
    sentence: str
    actor_kind: str
    actor: str
    subject: str
    facts: Mapping[str, Fact]


def newest_entries(limit: int, *, before: int | None = None) -> list[ShownEntry]:
    """The last entries, the newest first; those with an index below ``before``."""
    return _shown(limit, before, {})


def entries_about(subject: str, limit: int, *, before: int | None = None) -> list[ShownEntry]:
    """What was done to one subject (an id), the newest first."""
    return _shown(limit, before, {"subject": subject})


def entries_of(actor: str, limit: int, *, before: int | None = None) -> list[ShownEntry]:
    """What one person (an id) or process (a word) did, the newest first."""
    return _shown(limit, before, {"actor": actor})


def entries_from(index: int, limit: int = PAGE_ENTRIES_MAX) -> list[ShownEntry]:
    """At most ``limit`` entries from an index on, in order. For whoever follows the ledger."""
    rows = LedgerEntry.objects.filter(index__gte=index).order_by("index")
    return [_one(row) for row in rows[: min(limit, PAGE_ENTRIES_MAX)]]


def subjects_of(actor: str, among: QuerySet[Any, Any]) -> set[str]:
    """Those of the subjects (ids, as a query gives them) that one person or process did something to."""
    rows = LedgerEntry.objects.filter(actor=actor, subject__in=among)
    return set(rows.values_list("subject", flat=True).distinct())


def openings_of(objects: Collection[str]) -> dict[str, list[str]]:
    """By sealed object, who had it opened, in order: ids of people and words of processes; one query."""
    rows = LedgerEntry.objects.filter(act="custody_opened", subject__in=set(objects)).order_by("index")
    found: dict[str, list[str]] = {}
    for subject, who in rows.values_list("subject", "actor"):
        found.setdefault(subject, []).append(who)
    return found


def _shown(limit: int, before: int | None, wanted: Mapping[str, str]) -> list[ShownEntry]:
    rows = LedgerEntry.objects.filter(**wanted).order_by("-index")
    if before is not None:
        rows = rows.filter(index__lt=before)
    return [_one(row) for row in rows[: min(limit, PAGE_ENTRIES_MAX)]]


def _one(row: LedgerEntry) -> ShownEntry:
    try:
        entry = parse(as_bytes(row.leaf))
    except ValueError:
        entry = None
    return ShownEntry(
        index=row.index,
        at=row.at,
        act=row.act,
        sentence=sentence_of(row.act),
        actor_kind=row.actor_kind,
        actor=row.actor,
        subject=row.subject,
        facts=entry.facts if entry else {},
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicStatement:
    """What may be told to everybody: how large the log is, its root, and how often each act was done.

    Counts below ten are shown as ``<10``: a small number may point to a person (GOV-06).
    """

    checkpoint: str
    size: int
    counts: Mapping[str, str]


def public_statement() -> PublicStatement | None:
    """The newest checkpoint and the counts of the entries that it covers; None where none was signed."""
    note = OrmLogStore().last_checkpoint()
    if note is None:
        return None
    size = Checkpoint.read(parse_note(note).text).size
    rows = LedgerEntry.objects.filter(index__lt=size).values_list("act").order_by("act")
    counts: Counter[str] = Counter(dict(rows.annotate(number=Count("index"))))
    return PublicStatement(
        checkpoint=note, size=size, counts={act: shown_count(number) for act, number in counts.items()}
    )


def shown_count(number: int) -> str:
    """A count as it may be published."""
    return str(number) if number >= SMALL_COUNT else f"<{SMALL_COUNT}"


def leaf_hashes(size: int) -> Iterator[bytes]:
    """The hashes of the first ``size`` leaves, made anew from them: anybody makes the root of these."""
    return (merkle.leaf_hash(leaf) for leaf in islice(OrmLogStore().leaves(), size))


def unsigned_for_seconds(now: datetime) -> float | None:
    """Seconds for which the oldest entry waits that no checkpoint covers; None where every one is covered."""
    note = OrmLogStore().last_checkpoint()
    size = 0 if note is None else Checkpoint.read(parse_note(note).text).size
    oldest = LedgerEntry.objects.filter(index__gte=size).order_by("index").first()
    return None if oldest is None or oldest.at is None else (now.astimezone(UTC) - oldest.at).total_seconds()


def last_time(act: str) -> datetime | None:
    """When an act was last recorded; None where it never was."""
    row = LedgerEntry.objects.filter(act=act).order_by("-index").first()
    return None if row is None else row.at


def accepted_losses() -> dict[int, int]:
    """For each loss that was accepted: how many entries had been signed, and the entry that says so."""
    rows = LedgerEntry.objects.filter(act=LOSS_ACCEPTED).order_by("index")
    shown = (_one(row) for row in rows)
    return {int(one.facts.get("entries_signed", 0)): one.index for one in shown}


def checkpoint_signed_by(witnesses: Collection[WitnessKey], untrusted_answer: str) -> Note:
    """The checkpoint of this log, the newest first, that all these witnesses signed in their answer.

    Raises Invalid where the answer is none, or fits no checkpoint.
    """
    try:
        signatures = parse_answer(untrusted_answer)
    except ValueError as error:
        raise Invalid(str(error), field="answer") from error
    for stored in reversed(list(OrmLogStore().checkpoints())):
        note = parse_note(stored).with_signatures(signatures)
        if all(one.seconds(note) is not None for one in witnesses):
            return note
    raise Invalid("fits no checkpoint of this log, or is of another witness", field="answer")


@dataclass(frozen=True, kw_only=True, slots=True)
class InclusionProof:
    """That the log of ``checkpoint`` holds ``leaf`` as number ``index``."""

    index: int
    leaf: bytes
    hashes: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        """As C2SP tlog-proof writes it, the leaf as its extra data: enough to check it without the log."""
        extra = base64.b64encode(self.leaf).decode("ascii")
        hashes = "".join(base64.b64encode(one).decode("ascii") + "\n" for one in self.hashes)
        return f"c2sp.org/tlog-proof@v1\nextra {extra}\nindex {self.index}\n{hashes}\n{self.checkpoint}"


def proof_of(index: int) -> InclusionProof:
    """The proof that the newest checkpoint covers the entry ``index``. Raises Refused where it does not."""
    store = OrmLogStore()
    note, row = store.last_checkpoint(), LedgerEntry.objects.filter(index=index).first()
    size = 0 if note is None else Checkpoint.read(parse_note(note).text).size
    if note is None or row is None or index >= size:
        raise Refused("the newest checkpoint covers no such entry: tutela log checkpoint")
    try:
        hashes = tuple(merkle.inclusion(store, index, size))
    except LookupError as error:
        raise Unavailable("the ledger lacks a hash: tutela log fsck") from error
    return InclusionProof(index=index, leaf=as_bytes(row.leaf), hashes=hashes, checkpoint=note)
