"""The JSON of an answer, by the role of who asks (decisions.md section 9).

``match`` learns status, class, list and version; ``detail`` also how near, which entry and form, and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tutela.detect.matching.ladder import confirmed_entries
from tutela.detect.matching.shapes import Match, Status
from tutela.detect.service.matcher import Freshness, Looked
from tutela.kernel.errors import Unavailable

#: From what must be acted on to what need not: the worst of a container's statuses is its own.
WORST_FIRST: tuple[Status, ...] = ("known", "candidate", "refused", "unreadable", "unknown")
#: Matches told in one answer, all members together (performance.md section 10, trap 12).
MATCHES_MAX = 1_000
#: When to ask again while this replica is behind, in seconds: within one a change is to be live.
BEHIND_RETRY_SECONDS = 1.0
#: Names of lists in one header; all headers of an answer together have some 8 kB in clients.
HEADER_NAMES_MAX = 20


def freshness_headers(looked: Sequence[Looked]) -> dict[str, str]:
    """What is not as it should be with the lists behind an answer, for shapes without ``freshness_fields``.

    None when nothing is behind, stale or held.
    """
    if not looked:
        return {}
    freshness = looked[-1].freshness
    late = freshness.behind_seconds
    headers = {"X-Tutela-Behind-Seconds": f"{late:.3f}"} if late else {}
    lists = {"X-Tutela-Stale": freshness.stale, "X-Tutela-Held": freshness.held}
    return headers | {name: ", ".join(names[:HEADER_NAMES_MAX]) for name, names in lists.items() if names}


def check_current(looked: Sequence[Looked], behind_seconds_max: float) -> None:
    """Returns when the lists behind an answer are as new as ``/ready`` asks for.

    For shapes that have no room to say that they are not: whoever reads "no match" there takes a file for
    unknown that is only not here yet. Raises Unavailable.
    """
    if looked and looked[-1].freshness.behind_seconds > behind_seconds_max:
        raise Unavailable(
            "this replica is behind its change log: what it does not find may be listed",
            retry_after_seconds=BEHIND_RETRY_SECONDS,
        )


def freshness_fields(freshness: Freshness) -> dict[str, Any]:
    """How far the lists are that the answer comes from; part of every answer."""
    return {
        "change": freshness.change,
        "behind_seconds": round(freshness.behind_seconds, 3),
        "stale": list(freshness.stale),
        "held": list(freshness.held),
    }


def answer_fields(looked: Sequence[Looked], *, detailed: bool) -> dict[str, Any]:
    """The answer for one upload: the worst status of the file and its members.

    ``looked`` is what ``Matcher.media_all`` gave, the file itself last. ``detailed`` is for the role
    ``detail``: it lists the members, and ``members_seen`` counts them.
    """
    worst = min(looked, key=lambda one: WORST_FIRST.index(one.decision.status))
    fields: dict[str, Any] = {"status": worst.decision.status}
    if detailed:
        fields |= _details(worst, looked)
    told = [match for one in looked for match in _matches(one.decision.matches, detailed=detailed)]
    fields["matches"] = (told if detailed else _each_once(told))[:MATCHES_MAX]
    if looked[-1].decision.known_good:
        fields["known_good"] = True
    return fields | freshness_fields(looked[-1].freshness)


def item_fields(looked: Looked, *, detailed: bool) -> dict[str, Any]:
    """The answer for one item of a batch; how far the lists are stands beside all of them."""
    fields = answer_fields([looked], detailed=detailed)
    return {name: value for name, value in fields.items() if name not in freshness_fields(looked.freshness)}


def _details(worst: Looked, looked: Sequence[Looked]) -> dict[str, Any]:
    itself = looked[-1].prints
    fields: dict[str, Any] = {
        "confirmed": worst.decision.confirmed,
        "reason": worst.decision.reason,
        "media": {
            "container": itself.facts.container,
            "size_bytes": itself.size_bytes,
            "ambiguous": list(itself.facts.ambiguous),
        },
    }
    members = [one for one in looked if one.member is not None]
    if members:
        fields["members_seen"] = len(members)
        fields["members"] = list(_members(members))
    return fields


def _members(members: Iterable[Looked]) -> Iterable[dict[str, Any]]:
    """Every member that is not simply unknown. Matches past the most that are told are left out."""
    told = 0
    for one in members:
        decision = one.decision
        if decision.status == "unknown":
            continue
        matches = decision.matches[: max(0, MATCHES_MAX - told)]
        told += len(matches)
        yield {
            "member": one.member,
            "status": decision.status,
            "confirmed": decision.confirmed,
            "reason": decision.reason,
            "matches": _matches(matches, detailed=True),
        }


def _matches(matches: Sequence[Match], *, detailed: bool) -> list[dict[str, Any]]:
    """The matches of one file or member: what confirms one entry must come from the same file."""
    if not detailed:
        return [{"list": one.list, "version": one.version, "class": one.legal_class} for one in matches]
    confirmed = confirmed_entries(matches)
    return [_detailed(one, confirmed.get((one.list, one.version, one.entry))) for one in matches]


def _each_once(matches: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without repeats: how often a list is met would tell how near the file is."""
    return [dict(pairs) for pairs in dict.fromkeys(tuple(one.items()) for one in matches)]


def _detailed(match: Match, confirmed: str | None) -> dict[str, Any]:
    return {
        "list": match.list,
        "version": match.version,
        "class": match.legal_class,
        "entry": match.entry,
        "kind": match.kind,
        "form": match.form,
        "distance_bits": match.distance_bits,
        "confirmed": confirmed,
        "query_percent": match.query_percent,
        "target_percent": match.target_percent,
        "derived": match.derived,
        "disputed": match.disputed,
    }
