"""Votes for tests: ``vote("anna")`` is one of this house in its roster, after a protected look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tutela.hotline.people.quorum.deciding import Vote
from tutela.hotline.people.quorum.reading import QUORUM, Quorum, profile_text

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def vote(person: str, *, hours: float = 0, **facts: Any) -> Vote:
    """A vote of this person, so many hours after NOW."""
    plain = {
        "organisation": "house.test",
        "key": f"key-{person}",
        "look": "protected",
        "jurisdiction": "XX",
        "vouched": "roster",
    }
    return Vote(person=person, at=NOW + timedelta(hours=hours), **plain | facts)


def profile(name: str, *changes: tuple[str, str]) -> Quorum:
    """The shipped profile, or one with a piece of text replaced. Raises ValueError."""
    text = profile_text(name, now=NOW)
    for old, new in changes:
        if old not in text:
            raise ValueError(f"the profile has no {old}")
        text = text.replace(old, new)
    return QUORUM.read_text(text)[1]
