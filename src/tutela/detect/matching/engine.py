"""Files against lists: every list is asked once for many files, each with its own thresholds.

The answers are exact: what brute force would find is found (bar 5 of the detection core). Where a
value is listed more often than ``per_print_max`` times the nearest are kept and the reason says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.matching.asking import Asking, Found
from tutela.detect.matching.columns import LABEL_FIELDS
from tutela.detect.matching.ladder import DIGESTS, Evidence, decide, strength
from tutela.detect.matching.parts import OpenList
from tutela.detect.matching.questions import Questions, questions_of
from tutela.detect.matching.shapes import Decision, ListHeader, Match
from tutela.detect.media.ambiguity import remark
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, Refused

#: Entries reported per print: a value listed 100,000 times gives no 100,000 results
#: (performance.md section 10, trap 12). The nearest are kept, and the reason says so.
PER_PRINT_MAX = 100
#: Matches reported per file; an animation of 300 frames in 8 forms could give 240,000.
PER_FILE_MAX = 1_000
_DERIVED, _CLASS = (LABEL_FIELDS.index(name) for name in ("derived", "legal_class"))


@dataclass(slots=True)
class _FileEvidence:
    matches: list[Match] = field(default_factory=list)
    good: list[Match] = field(default_factory=list)
    headers: dict[tuple[str, str], ListHeader] = field(default_factory=dict)
    capped: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stated:
    """A list in the state in which it was asked."""

    header: ListHeader
    version: str

    def match(self, entry: str, kind: str, form: str, found: Found) -> Match:
        label = found.part.label(found.row)
        return Match(
            list=self.header.name,
            version=self.version,
            entry=entry,
            kind=kind,
            form=form,
            distance_bits=found.distance_bits,
            query_percent=found.query_percent,
            target_percent=found.target_percent,
            derived=label[_DERIVED],
            disputed=bool(found.part.rows["disputed"][found.row]),
            legal_class=label[_CLASS] or self.header.legal_class,
        )


def _good_lists(matches: Iterable[Match]) -> tuple[str, ...]:
    """Lists that vouch for the file: SHA-256, or SHA-1 and MD5 on the same entry, and not disputed.

    MD5 or SHA-1 alone does not: whoever can publish a harmless file can publish one whose digest a
    harmful file shares (collisions are cheap: threat model section 8).
    """
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for match in matches:
        if not match.disputed:
            kinds[match.list, match.entry].add(match.kind)
    vouched = {name for (name, _), have in kinds.items() if "sha256" in have or have >= {"md5", "sha1"}}
    return tuple(sorted(vouched))


class MatchEngine:
    """Decides what lists say about files. Holds no state but the open lists; threads may share it."""

    def __init__(
        self,
        lists: Iterable[OpenList],
        *,
        clock: Clock | None = None,
        per_print_max: int = PER_PRINT_MAX,
        per_file_max: int = PER_FILE_MAX,
    ) -> None:
        """Raises Refused when a list has already expired: a silent "nothing known" would mislead.

        Raises Invalid when one version of a list is given twice.
        """
        self._lists = tuple(lists)
        self._clock = SystemClock() if clock is None else clock
        self._per_print_max = per_print_max
        self._per_file_max = per_file_max
        stated = [(one.header.name, one.version) for one in self._lists]
        if len(set(stated)) < len(stated):
            raise Invalid("the same version of a list is given twice", field="list")
        expired = [one.header.name for one in self._lists if self._expired(one, self._clock.now())]
        if expired:
            raise Refused(f"these lists have expired and may not be used: {', '.join(expired)}")

    @property
    def lists(self) -> tuple[OpenList, ...]:
        """The open lists, in the order in which they were given."""
        return self._lists

    @staticmethod
    def _expired(source: OpenList, now: datetime) -> bool:
        return source.header.valid_to is not None and source.header.valid_to <= now

    def decide(self, file: FileFingerprints) -> Decision:
        """The decision on one file."""
        return self.decide_many([file])[0]

    def decide_many(self, files: Sequence[FileFingerprints]) -> list[Decision]:
        """The decisions on several files, the same as one by one, in one pass over each list."""
        now = self._clock.now()
        prints = [file.prints for file in files]
        gathered = self._gather(prints, now, self._lists)
        remarks = self._expiry_remarks(now)
        return [self._decide(file, evidence, remarks) for file, evidence in zip(files, gathered, strict=True)]

    def lookup(self, prints: Sequence[Fingerprint]) -> list[Match]:
        """Matches of loose fingerprints, the strongest first; known good lists are not asked."""
        bad = [one for one in self._lists if not one.header.known_good]
        return self._gather([prints], self._clock.now(), bad)[0].matches

    def known_good(self, digests: Sequence[Fingerprint]) -> Decision | None:
        """The decision that ends a file's way before it is decoded, or None when it must go on.

        Only the digests are needed. None as well when any other list has one of the digests.
        """
        asked = [one for one in digests if one.kind in DIGESTS]
        if not any(one.header.known_good for one in self._lists):
            return None
        now = self._clock.now()
        found = self._gather([asked], now, self._lists)[0]
        good = _good_lists(found.good)
        if not good or found.matches:
            return None
        return decide(Evidence(matches=(), headers={}, good_lists=good))

    def _gather(
        self, prints: Sequence[Sequence[Fingerprint]], now: datetime, lists: Iterable[OpenList]
    ) -> list[_FileEvidence]:
        questions = questions_of(prints)
        gathered = [_FileEvidence() for _ in prints]
        for source in lists:
            if not self._expired(source, now):
                self._ask(source, questions, now, gathered)
        for evidence in gathered:
            evidence.matches.sort(key=strength)
            evidence.capped |= len(evidence.matches) > self._per_file_max
            del evidence.matches[self._per_file_max :]
        return gathered

    def _ask(
        self, source: OpenList, questions: Questions, now: datetime, gathered: list[_FileEvidence]
    ) -> None:
        asking = Asking(
            source,
            questions,
            now,
            per_print_max=self._per_print_max,
            per_file_max=self._per_file_max,
        )
        parts = source.parts()  # before the version: a live list looks at its folder here
        stated = _Stated(header=source.header, version=source.version)
        for part in parts:
            asking.ask(part)
        for file, answers in asking.answers.items():
            evidence = gathered[file]
            evidence.capped |= answers.capped
            evidence.headers[stated.header.name, stated.version] = stated.header
            into = evidence.good if stated.header.known_good else evidence.matches
            for (entry, kind), found in answers.best.items():
                form = questions.prints[file][found.number].form
                into.append(stated.match(entry, kind, form, found))

    def _expiry_remarks(self, now: datetime) -> tuple[str, ...]:
        return tuple(
            f"List {one.header.name} has expired and was not asked"
            for one in self._lists
            if self._expired(one, now)
        )

    def _decide(self, file: FileFingerprints, found: _FileEvidence, remarks: tuple[str, ...]) -> Decision:
        if found.capped:
            remarks += ("More entries matched than are reported; the nearest were kept",)
        more_to_see = remark(file.facts.ambiguous)
        if more_to_see:
            remarks += (more_to_see,)
        return decide(
            Evidence(
                matches=found.matches,
                headers=found.headers,
                trouble=file.trouble,
                remarks=remarks,
                usable_prints=any(one.kind not in DIGESTS for one in file.prints) or not file.unhashable,
                lists_asked=len(self._lists),
                good_lists=_good_lists(found.good),
            )
        )
