from __future__ import annotations

import pytest

from proofs.i2_07 import query_seconds
from proofs.platform_traffic import Mix, day_of, flat, simulate_traffic
from proofs.probing_clients import CLIENTS, Client, simulate_probing

SMALL = Mix(queries=1_500, listed_pictures=2, viral_listed_uploads=12, edge_uploads=8)


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS.keys())
def test_every_client_is_noticed_and_stopped(client: Client) -> None:
    stopped = simulate_probing(client, seed=77)
    assert 0 < stopped.alarm_at <= 50
    assert stopped.alarm_at < stopped.cut_at <= 100


def test_an_ordinary_day_gives_no_alarm() -> None:
    told = simulate_traffic(SMALL, seed=77)
    assert (told.queries, told.alarms, told.refused) == (1_500, 0, 0)


def test_the_day_holds_what_it_says() -> None:
    uploads = list(flat(day_of(SMALL, seed=78)))
    assert len(uploads) == 1_500
    assert sum(met for _, _, met in uploads) >= 20
    assert len({file for _, file, _ in uploads}) < 1_500


def test_a_query_takes_microseconds() -> None:
    assert query_seconds(20) < 0.01
