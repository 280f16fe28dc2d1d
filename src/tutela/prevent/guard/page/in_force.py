"""What the page shows of an opened list and of a model card."""

from __future__ import annotations

import re

from tutela.detect.matching.bundles.layout import Header
from tutela.detect.matching.bundles.parties import Party
from tutela.prevent.guard.classes.cards import Card
from tutela.prevent.guard.page.shapes import ClassifierInForce, Figure, ListInForce, Voter
from tutela.prevent.guard.person.discretion import FORBIDDEN

_FORBIDDEN = re.compile("|".join(FORBIDDEN), re.IGNORECASE)


def plain(text: str) -> str:
    """A text that others wrote, without the words that would say on a screen what runs here."""
    return _FORBIDDEN.sub("this program", text)


def shown_list(header: Header) -> ListInForce:
    """The list of a header that was checked when its file was opened."""
    content = header.content
    return ListInForce(
        name=plain(content.name),
        version=content.number,
        laws=tuple(map(plain, content.laws)),
        expires=content.expires,
        publisher=_voter(content.publisher),
        votes=tuple(_voter(one.party) for one in header.approvals),
        perceptual=content.prints is not None,
    )


def _voter(party: Party) -> Voter:
    return Voter(organisation=plain(party.organisation), jurisdiction=party.jurisdiction)


def shown_classifier(card: Card) -> ClassifierInForce:
    """The classifier of a card that was checked when it was read."""
    return ClassifierInForce(
        name=plain(card.name),
        version=plain(card.version),
        shows=plain(card.shows),
        threshold=card.threshold,
        figures=tuple(
            Figure(what=what, value=plain(one.value), by=plain(one.by), when=one.when)
            for what, one in card.measured.items()
        ),
    )
