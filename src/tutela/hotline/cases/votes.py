"""Whose word stands behind an item: whoever keeps assessments says it here, whoever acts on them asks.

The apps that keep them and the apps that act do not know each other. Assessments register ``tell_votes`` when
Django starts (``apps.py``); ``hotline.takedown`` asks ``votes_on`` before it queues a notice, and the quorum
decides on what it hears.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tutela.hotline.cases.models import Item
from tutela.hotline.people.quorum.deciding import Vote

#: Says who has spoken for the item, where people have.
Teller = Callable[[Item], Iterable[Vote]]

_tellers: list[Teller] = []


def tell_votes(teller: Teller) -> None:
    """From now on it is asked too; once is enough, a second time changes nothing."""
    if teller not in _tellers:
        _tellers.append(teller)


def forget_teller(teller: Teller) -> None:
    """It is asked no more: for tests."""
    _tellers.remove(teller)


def votes_on(item: Item) -> tuple[Vote, ...]:
    """The votes of people on this item, from everybody who keeps some; none where nobody does."""
    return tuple(vote for teller in _tellers for vote in teller(item))
