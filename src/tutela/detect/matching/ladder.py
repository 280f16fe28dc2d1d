"""The ladder of action: what matches of one file amount to. Pure; the truth table is decisions.md section 2.

| evidence on one entry | status | confirmed |
|---|---|---|
| SHA-256 | known | ``sha256`` |
| MD5 or SHA-1, and a perceptual family; or two perceptual families | known | ``second_hash`` |
| anything else | candidate | none |
| only disputed entries | candidate | none |
| a digest, and known good as well: a contradiction | candidate | none |
| known good, and at most perceptual matches | unknown (``known_good``) | none |
| nothing | unknown, unreadable or refused | none |

PDQ of every form, frame and crop, and vPDQ, are one family; PhotoDNA is another. ``person`` is never
said here: that is a verdict of people on an item, not of a list on a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tutela.detect.matching.shapes import Confirmed, Decision, ListHeader, Match, Status
from tutela.detect.media.shapes import Trouble

#: Perceptual families (decisions.md section 2: dihedral forms, frames, crops and vPDQ are one).
FAMILIES = {"pdq": "pdq", "vpdq": "pdq", "photodna": "photodna"}
#: Digests that find candidates and prove nothing alone (threat model section 8).
WEAK_DIGESTS = frozenset({"md5", "sha1"})
#: Kinds that say something about the bytes of the whole file.
DIGESTS = WEAK_DIGESTS | {"sha256"}
_NAMES = {
    "sha256": "SHA-256",
    "sha1": "SHA-1",
    "md5": "MD5",
    "pdq": "PDQ",
    "vpdq": "vPDQ",
    "photodna": "PhotoDNA",
    "url": "URL",
    "text": "keyword",
}
_RANKS = {kind: rank for rank, kind in enumerate(_NAMES)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Everything that was found out about one file. ``headers`` by (list, version) of the matches.

    ``remarks`` are sentences that every answer carries (capped results, expired lists);
    ``usable_prints`` is False when nothing was there to be compared; ``good_lists`` names the
    lists of known good files that hold the file.
    """

    matches: Sequence[Match]
    headers: Mapping[tuple[str, str], ListHeader]
    trouble: Trouble | None = None
    remarks: tuple[str, ...] = ()
    usable_prints: bool = True
    lists_asked: int = 0
    good_lists: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Verdict:
    confirmed: Confirmed | None
    best: Match
    kinds: frozenset[str]


def strength(match: Match) -> tuple[int, bool, int, str, str]:
    """Sort key: the strongest evidence first."""
    distance = 0 if match.distance_bits is None else match.distance_bits
    return _RANKS[match.kind], match.disputed, distance, match.list, match.entry


def _confirmed_by(kinds: frozenset[str]) -> Confirmed | None:
    if "sha256" in kinds:
        return "sha256"
    families = {FAMILIES[kind] for kind in kinds if kind in FAMILIES}
    second = len(families) > 1 or (bool(families) and bool(kinds & WEAK_DIGESTS))
    return "second_hash" if second else None


def _by_entry(matches: Iterable[Match]) -> dict[tuple[str, str, str], list[Match]]:
    entries: dict[tuple[str, str, str], list[Match]] = {}
    for match in matches:
        entries.setdefault((match.list, match.version, match.entry), []).append(match)
    return entries


def confirmed_entries(matches: Iterable[Match]) -> dict[tuple[str, str, str], Confirmed]:
    """By what each entry (list, version, entry id) is confirmed; entries that are not are left out."""
    found: dict[tuple[str, str, str], Confirmed] = {}
    for place, several in _by_entry(matches).items():
        confirmed = _confirmed_by(frozenset(match.kind for match in several if not match.disputed))
        if confirmed is not None:
            found[place] = confirmed
    return found


def _verdicts(matches: Sequence[Match]) -> list[_Verdict]:
    """One verdict per entry, the strongest first. What is disputed confirms nothing."""
    verdicts = []
    for several in _by_entry(matches).values():
        kinds = frozenset(match.kind for match in several if not match.disputed)
        best = min(several, key=strength)
        verdicts.append(_Verdict(confirmed=_confirmed_by(kinds), best=best, kinds=kinds))
    order = {"sha256": 0, "second_hash": 1, None: 2}
    return sorted(verdicts, key=lambda verdict: (order[verdict.confirmed], *strength(verdict.best)))


def _place(match: Match) -> str:
    return f"list {match.list}, version {match.version}"


def _closeness(match: Match, header: ListHeader | None) -> str:
    if match.kind == "vpdq" and header is not None:
        limits = header.thresholds
        return (
            f"{match.target_percent:.0f} % of the listed film's frames and {match.query_percent:.0f} % of the"
            f" file's frames agree within {limits.distance_bits} bits (the list asks for"
            f" {limits.film_target_percent:g} % of the listed film and {limits.film_query_percent:g} %"
            " of the file)"
        )
    if match.distance_bits is None:
        return f"{_NAMES[match.kind]} is equal"
    return f"{_NAMES[match.kind]} is {match.distance_bits} of 256 bits away"


def _confirmed_sentence(verdict: _Verdict, header: ListHeader | None) -> str:
    place = _place(verdict.best)
    if verdict.confirmed == "sha256":
        vouched = header is not None and header.approved
        owner = (
            "its owner states that people assessed the entries"
            if vouched
            else "its owner does not state that people assessed the entries"
        )
        return f"SHA-256 is equal to an entry of {place}; {owner}."
    names = " and ".join(_NAMES[kind] for kind in sorted(verdict.kinds, key=_RANKS.__getitem__))
    return f"{names} meet the same entry of {place}: reversible acts only, until a protected look."


def _candidate_sentence(verdict: _Verdict, header: ListHeader | None) -> str:
    match = verdict.best
    sentence = f"{_closeness(match, header)} in {_place(match)}"
    if match.derived:
        sentence += f" (a crop that tutela derived, {match.derived})"
    if match.disputed:
        return f"{sentence}; the entry is disputed, a person must look."
    return f"{sentence}; that alone makes a candidate for a person."


def _troubled(trouble: Trouble | None) -> str:
    return "" if trouble is None else f"The file was not examined completely: {trouble.reason}"


def _sentences(*sentences: str) -> str:
    return " ".join(
        sentence if sentence.endswith(".") else f"{sentence}." for sentence in sentences if sentence
    )


def _decide_found(evidence: Evidence) -> Decision:
    verdicts = _verdicts(evidence.matches)
    first = verdicts[0]
    header = evidence.headers.get((first.best.list, first.best.version))
    contradicted = bool(evidence.good_lists)
    confirmed = None if contradicted else first.confirmed
    sentence = (_confirmed_sentence if first.confirmed else _candidate_sentence)(first, header)
    against = (
        f"A list of known good files ({', '.join(evidence.good_lists)}) holds the same file, so a person"
        " must look at the contradiction"
    )
    more = len(verdicts) - 1
    return Decision(
        status="known" if confirmed else "candidate",
        confirmed=confirmed,
        reason=_sentences(
            sentence,
            against if contradicted else "",
            f"{more} more {'entry' if more == 1 else 'entries'} matched" if more else "",
            _troubled(evidence.trouble) if evidence.trouble and evidence.trouble.kind != "not_media" else "",
            *evidence.remarks,
        ),
        matches=tuple(sorted(evidence.matches, key=strength)),
    )


def _decide_nothing(evidence: Evidence) -> Decision:
    statuses: dict[str, Status] = {"unreadable": "unreadable", "refused": "refused", "not_media": "unknown"}
    trouble = evidence.trouble
    status: Status = "unknown" if trouble is None else statuses[trouble.kind]
    if trouble is not None:
        said = trouble.reason
    elif not evidence.usable_prints:
        said = "No shown form was distinct enough to be compared"
    else:
        said = ""
    lists = f"{evidence.lists_asked} list{'' if evidence.lists_asked == 1 else 's'}"
    return Decision(
        status=status,
        confirmed=None,
        reason=_sentences(said, f"Nothing in {lists} matches", *evidence.remarks),
    )


def _decide_good(evidence: Evidence) -> Decision:
    return Decision(
        status="unknown",
        confirmed=None,
        reason=_sentences(f"A known good file by {', '.join(evidence.good_lists)}", *evidence.remarks),
        known_good=True,
    )


def decide(evidence: Evidence) -> Decision:
    """The decision on one file, with a reason in plain sentences and without a hash value."""
    if evidence.good_lists and not any(match.kind in DIGESTS for match in evidence.matches):
        return _decide_good(evidence)
    return _decide_found(evidence) if evidence.matches else _decide_nothing(evidence)
