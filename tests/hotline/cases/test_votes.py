"""Whoever keeps votes is asked, once, and no more when it is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from tests.hotline.cases.making import an_item
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.votes import forget_teller, tell_votes, votes_on
from tutela.hotline.people.quorum.deciding import Vote

pytestmark = pytest.mark.django_db
VOTE = Vote(
    person="usr_one",
    organisation="house",
    key="key",
    look="protected",
    at=datetime(2026, 5, 4, tzinfo=UTC),
)


def teller(item: Item) -> Iterable[Vote]:
    yield VOTE


def test_whoever_keeps_votes_is_asked_once_however_often_it_was_named() -> None:
    item = an_item()
    tell_votes(teller)
    tell_votes(teller)
    assert votes_on(item) == (VOTE,)
    forget_teller(teller)
    assert votes_on(item) == ()
