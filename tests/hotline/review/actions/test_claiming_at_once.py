"""Several analysts at the same moment, each by their own connection (threat model ST-23)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from django.db import Error, connection

from tests.hotline.review.making import GreyOpener, a_clock, a_page, a_waiting_item, an_analyst
from tutela.hotline.review.actions import claim_next, show
from tutela.hotline.review.models import Exposure, Lease
from tutela.hotline.review.rules import rules_in_force
from tutela.kernel.errors import Conflict, Refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
#: People who ask at once.
PEOPLE = 4


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """What each of them came to; those that were refused are left out."""
    found: list[object] = []
    begin = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        begin.wait()
        try:
            with suppress(Conflict, Refused, Error):
                found.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_several_who_ask_at_once_never_get_the_same() -> None:
    clock = a_clock()
    for _ in range(PEOPLE):
        a_waiting_item(clock)
    people = [an_analyst(f"Analyst {number}") for number in range(PEOPLE)]
    turns = at_once([lambda one=one: claim_next(one, clock=clock) for one in people])  # type: ignore[misc]  # bound now
    held = list(Lease.objects.filter(ended_at=None).values_list("item", flat=True))
    assert len(held) == len(set(held)) == len([one for one in turns if one])
    assert len(held) == PEOPLE


def test_two_windows_of_one_person_have_one_turn_and_share_the_caps(settings: Any) -> None:
    clock, anna = a_clock(), an_analyst()
    _, pictures = a_page(clock, 6)
    a_waiting_item(clock)
    at_once([lambda: claim_next(anna, clock=clock)] * PEOPLE)
    (turn,) = set(Lease.objects.filter(ended_at=None).values_list("turn", flat=True))
    settings.TUTELA_REVIEW = replace(rules_in_force(), hour_displays=5)
    names = [one.public_id for one in pictures]
    at_once([lambda: show(anna, turn, names, opener=GreyOpener(), clock=clock)] * PEOPLE)
    assert 0 < Exposure.objects.exclude(how_ended="nothing").count() <= 5
