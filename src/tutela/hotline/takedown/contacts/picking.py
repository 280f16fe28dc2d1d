"""Which of those whom a look-up found is told, or has to be agreed to first. Pure.

One of the highest rung on which there is anybody; on a rung whoever needs no person goes first. Nobody whom
people refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tutela.hotline.takedown.contacts.proposals import TOLD_RUNGS, Proposal
from tutela.share.notices.ladder import Rung

#: What tells two ways to somebody apart: (key, rung, kind, address).
Way = tuple[str, str, str, str]


def way_of(proposal: Proposal) -> Way:
    """What tells this one apart."""
    return proposal.key, proposal.rung, proposal.kind, proposal.address


def pick(
    proposals: Sequence[Proposal], decided: Mapping[Way, str], *, rungs: Sequence[Rung] = TOLD_RUNGS
) -> Proposal | None:
    """Whoever is told next on these rungs, None where there is nobody. ``decided``: states of contacts."""
    for rung in rungs:
        on_it = [one for one in proposals if one.rung == rung and decided.get(way_of(one)) != "refused"]
        if on_it:
            return next((one for one in on_it if is_agreed(one, decided)), on_it[0])
    return None


def is_agreed(proposal: Proposal, decided: Mapping[Way, str]) -> bool:
    """Whether nobody has to agree any more: the book, two sources, or a person who approved just this."""
    return proposal.agreed or decided.get(way_of(proposal)) == "approved"
