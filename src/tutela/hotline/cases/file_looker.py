"""What a file is: its fingerprints by the sealed media workers, and what the lists say about them.

The bytes are in memory that nobody changes any more; nothing is unsealed in order to match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tutela.detect.fingerprints.files import Examiner, Fingerprinter
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.ladder import confirmed_entries
from tutela.detect.matching.parts import OpenList
from tutela.detect.matching.shapes import Decision, Match
from tutela.detect.media.shapes import Ask, MediaFacts
from tutela.hotline.cases.actions.findings import Met, Print
from tutela.hotline.cases.looking import TROUBLES, Found, Looked
from tutela.kernel.clock import Clock, SystemClock

#: Characters of the longest value that the database keeps (cases.models); a film's vpdq is longer and stays
#: in the list's world: its frames are kept.
_VALUE_CHARACTERS_MAX = 1_024
#: Fingerprints of one sighting that are kept, upright forms first; a long film has more (our own).
PRINTS_MAX = 2_000
#: Fingerprints of the bytes, which every file has, opened or not.
_DIGESTS = frozenset({"md5", "sha1", "sha256"})
#: Votes that a list's owner vouches for where the list is called approved: one person assessed it (our own).
_VOTES = 1


class FileLooker:
    """Looks through sealed media workers, and asks the lists that ``lists`` gives at that moment."""

    def __init__(
        self,
        pool: Examiner,
        ask: Ask,
        lists: Callable[[], Sequence[OpenList]],
        *,
        clock: Clock | None = None,
    ) -> None:
        self._printer = Fingerprinter(pool, ask)
        self._lists, self._clock = lists, clock or SystemClock()

    def look(self, descriptor: int) -> Looked:
        """What the file is. Raises Unavailable where no media worker starts, Refused for an expired list."""
        lists = tuple(self._lists())
        file = self._printer.fingerprint(descriptor)
        decision = MatchEngine(lists, clock=self._clock).decide(file)
        return looked_of(file, decision, lists)

    def look_inline(self, digests: Sequence[bytes]) -> Looked:
        """What the lists say of pictures inside a page, by SHA-256 alone: those that met an entry.

        Raises Refused for an expired list.
        """
        lists = tuple(self._lists())
        files = [_inline_file(number, digest) for number, digest in enumerate(digests)]
        decisions = MatchEngine(lists, clock=self._clock).decide_many(files)
        looked = [looked_of(file, decision, lists) for file, decision in zip(files, decisions, strict=True)]
        met = [one for one in looked if one.is_matched]
        return Looked(
            status="known" if met else "unknown",
            prints=tuple(one for each in met for one in each.prints),
            found=tuple(one for each in met for one in each.found),
        )


def _inline_file(number: int, digest: bytes) -> FileFingerprints:
    prints = (Fingerprint(kind="sha256", value=digest, form=f"inline{number}"),)
    return FileFingerprints(member=None, size_bytes=0, facts=MediaFacts(), trouble=None, prints=prints)


def looked_of(file: FileFingerprints, decision: Decision, lists: Sequence[OpenList]) -> Looked:
    """File and decision in the words of the cases."""
    approved = {(one.header.name, one.version) for one in lists if one.header.approved}
    matches = () if decision.known_good else decision.matches
    return Looked(
        status=decision.status,
        prints=tuple(_kept(file, matches)),
        found=tuple(_found(matches, approved)),
        trouble=_trouble(file),
    )


def _trouble(file: FileFingerprints) -> str:
    """Why nothing of the file could be shown; ``damaged`` where a part of it could."""
    if file.trouble is None:
        return ""
    return "damaged" if any(one.kind not in _DIGESTS for one in file.prints) else TROUBLES[file.trouble.kind]


def _found(matches: Sequence[Match], approved: set[tuple[str, str]]) -> Iterator[Found]:
    confirmed = confirmed_entries(matches)
    for match in matches:
        by = confirmed.get((match.list, match.version, match.entry))
        is_approved = (match.list, match.version) in approved
        yield Found(
            kind=match.kind,
            form=match.form,
            met=Met(
                list_id=match.list,
                list_version=match.version,
                entry=match.entry,
                status="known" if by else "candidate",
                confirmed=by or "",
                approved=is_approved,
                reason="list_matched",
                votes=_VOTES if is_approved else 0,
                legal_class=match.legal_class,
                distance_bits=match.distance_bits,
            ),
        )


def _kept(file: FileFingerprints, matches: Sequence[Match]) -> Iterator[Print]:
    """Fingerprints that the database keeps: the first ones, and every one that met an entry."""
    met = {(match.kind, match.form) for match in matches}
    usable = [one for one in file.prints if 2 * len(one.value) <= _VALUE_CHARACTERS_MAX]
    for number, one in enumerate(usable):
        if number < PRINTS_MAX or (one.kind, one.form) in met:
            yield _print(one)


def _print(one: Fingerprint) -> Print:
    return Print(kind=one.kind, value=one.value.hex(), form=one.form, quality=one.quality)
