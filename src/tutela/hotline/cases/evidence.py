"""What the rows say about an item when it is to be moved: never what a caller claims."""

from __future__ import annotations

from tutela.hotline.cases.models import Item
from tutela.hotline.cases.states import Absence, Evidence, MatchEvidence, read_by


def consequence_of(item: Item) -> str:
    """What kind of notice follows from it, by the strongest approved match (decisions.md section 2)."""
    confirmed = set(item.matches.filter(approved=True).values_list("confirmed", flat=True))
    if "sha256" in confirmed:
        return "notice_known"
    return "notice_second_hash" if "second_hash" in confirmed else "notice_unknown"


def evidence_of(item: Item, to: str, *, reason: str, absence: Absence | None) -> Evidence:
    """The evidence for the step to this state, by the table of states.py; the item is locked by the caller.

    Only the rows that this step depends on are read: an item takes many steps, and most ask for none.
    """
    reads = read_by(item.state, to)
    verdict = item.verdicts.order_by("-pk").first() if reads == "verdict" else None
    return Evidence(
        reason=reason,
        matches=_matches(item) if reads == "matches" else (),
        legal_class=verdict.legal_class if verdict else "",
        has_verdict=verdict is not None,
        absence=absence,
        held_from=item.held_from,
    )


def _matches(item: Item) -> tuple[MatchEvidence, ...]:
    rows = item.matches.values_list("confirmed", "approved").distinct()
    return tuple(MatchEvidence(confirmed=confirmed, approved=approved) for confirmed, approved in rows)


def legal_class_of(item: Item) -> str:
    """What it is by the verdict in force, else by an approved match; empty where neither says a class."""
    judged = item.verdicts.order_by("-made_at", "-pk").values_list("legal_class", flat=True).first()
    if judged:
        return str(judged)
    said = item.matches.filter(approved=True).exclude(legal_class="").order_by("-made_at", "-pk")
    return str(said.values_list("legal_class", flat=True).first() or "")
