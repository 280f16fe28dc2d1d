"""What became of a report, for whom holds its receipt: plain words, and nothing of a hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What became of one address, in the order in which it is told.
Outcome = Literal[
    "waiting", "in_work", "told", "gone", "handed_over", "not_found", "not_illegal", "not_ours", "known"
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
#: outcome -> what it means.
SENTENCES: Mapping[Outcome, Promise] = {
    "waiting": _("We have it, and it waits for the next person who is free."),
    "in_work": _("We are dealing with it."),
    "told": _("We told those who can take it away, and look until it is gone."),
    "gone": _("It is gone from where you saw it."),
    "handed_over": _("Others deal with it now: the police, or a hotline in another country."),
    "not_found": _("We could not find it where you saw it."),
    "not_illegal": _("We looked, and the law does not let us act on it."),
    "not_ours": _("It is nothing that we may deal with."),
    "known": _("Others told us of the same place, and we deal with it there."),
}
#: State of an item -> what became of it; a hold looks like work.
_OF_STATE: Mapping[str, Outcome] = {
    "received": "waiting",
    "fetched": "waiting",
    "unfetchable": "waiting",
    "fingerprinted": "waiting",
    "matched": "waiting",
    "unmatched": "waiting",
    "rated": "waiting",
    "in_review": "in_work",
    "verdict": "in_work",
    "held": "in_work",
    "reappeared": "in_work",
    "acted": "told",
    "watched": "told",
    "removed": "gone",
}
#: Reason for which an item was closed -> what became of it.
_OF_REASON: Mapping[str, Outcome] = {
    "not_illegal": "not_illegal",
    "withdrawn": "not_illegal",
    "out_of_scope": "not_ours",
    "exercise": "not_ours",
    "duplicate": "known",
    "unreachable": "not_found",
    "handed_over": "handed_over",
    "leads_only": "told",
    "ended": "gone",
}


def outcome(state: str, reason: str) -> Outcome:
    """What became of an item in this state, closed for this reason."""
    if state == "closed":
        return _OF_REASON.get(reason, "in_work")
    return _OF_STATE.get(state, "in_work")


def outcomes(found: Iterable[tuple[str, str]]) -> tuple[tuple[Promise, int], ...]:
    """(sentence, number of addresses) for each outcome of these states and reasons."""
    counted = Counter(outcome(state, reason) for state, reason in found)
    return tuple((SENTENCES[one], counted[one]) for one in OUTCOMES if counted[one])
