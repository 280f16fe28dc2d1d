"""Several who decide on one item at the same moment (threat model ST-23), each by its own connection."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import Error, connection

from tests.hotline.cases.making import CLOCK, WORKER, a_verdict, an_item, moved
from tutela.hotline.cases.actions import move_item
from tutela.hotline.cases.models import Item, Verdict
from tutela.hotline.ledger.models import LedgerEntry
from tutela.kernel.errors import Conflict

pytestmark = pytest.mark.django_db(transaction=True)
#: Rounds, and deciders in each.
ROUNDS, DECIDERS = 10, 4


def at_once(act: Callable[[], object]) -> list[str]:
    """What became of ``act`` in each of the deciders: ``done`` or the name of the refusal."""
    outcomes: list[str] = []
    begin = threading.Barrier(DECIDERS)

    def decide() -> None:
        begin.wait()
        try:
            act()
            outcomes.append("done")
        except (Conflict, Error) as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide) for _ in range(DECIDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.slow
def test_of_several_moves_exactly_one_wins() -> None:
    for _ in range(ROUNDS):
        item = an_item()
        outcomes = at_once(lambda one=item: move_item(one, "fetched", actor=WORKER, reason="fetch_done"))  # type: ignore[misc]  # bound now
        assert outcomes == ["Conflict"] * (DECIDERS - 1) + ["done"]
    assert set(Item.objects.values_list("state", "version")) == {("fetched", 2)}
    assert LedgerEntry.objects.filter(act="item_moved").count() == ROUNDS


@pytest.mark.slow
def test_of_several_verdicts_exactly_one_wins() -> None:
    for _ in range(ROUNDS):
        item = moved(an_item(), "fetched", "fingerprinted", "unmatched", "rated", "in_review")
        outcomes = at_once(lambda one=item: a_verdict(one))  # type: ignore[misc]  # bound now
        assert outcomes == ["Conflict"] * (DECIDERS - 1) + ["done"]
    assert Verdict.objects.count() == ROUNDS and Item.objects.filter(opened_at=CLOCK.now()).count() == ROUNDS
