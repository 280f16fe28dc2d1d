"""Alive, ready or why not, and the numbers: without names of lists where no token is asked for."""

from __future__ import annotations

import pytest

from tests.detect.service import making
from tutela.detect.fingerprints.fakes import FakePool
from tutela.detect.matching.memory import MemoryList
from tutela.detect.service.settings import ServiceSettings
from tutela.kernel.errors import Unavailable


def test_a_service_that_can_answer_is_ready() -> None:
    answer = making.client(token="").get("/ready")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "reasons": [], "alarms": [], "change": 12, "behind_seconds": 0.0}


@pytest.mark.parametrize(("behind_seconds", "status"), [(5.0, 200), (5.1, 503)])
def test_a_replica_that_is_behind_says_so(behind_seconds: float, status: int) -> None:
    lists = making.shelf()
    lists.behind_seconds = behind_seconds
    answer = making.client(making.service(lists=lists)).get("/ready")
    assert answer.status_code == status
    assert [one["code"] for one in answer.json()["reasons"]] == (["behind"] if status == 503 else [])
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_a_held_list_is_an_alarm_and_not_the_end_of_every_replica() -> None:
    lists = making.shelf()
    lists.holds = ("secretname",)
    answer = making.client(making.service(lists=lists), token="").get("/ready")
    assert (answer.status_code, [one["code"] for one in answer.json()["alarms"]]) == (200, ["held"])
    assert "secretname" not in answer.text


def test_a_list_that_is_out_of_date_or_unreadable_is_an_alarm() -> None:
    lists = making.shelf()
    lists.old = ("secretname",)
    answer = making.client(making.service(lists=lists), token="").get("/ready")
    assert (answer.status_code, [one["code"] for one in answer.json()["alarms"]]) == (200, ["stale"])
    assert "secretname" not in answer.text


def test_without_lists_it_is_not_ready() -> None:
    answer = making.client(making.service(lists=making.FakeShelf())).get("/ready")
    assert [one["code"] for one in answer.json()["reasons"]] == ["lists"]


def test_without_a_sandbox_it_is_not_ready() -> None:
    answer = making.client(making.service(pool=making.NoPool())).get("/ready")
    assert (answer.status_code, [one["code"] for one in answer.json()["reasons"]]) == (503, ["sandbox"])


def test_a_layer_that_is_missing_where_it_may_be_is_an_alarm() -> None:
    class Thin(FakePool):
        missing_layers = ("landlock",)

    answer = making.client(making.service(pool=Thin())).get("/ready")
    assert (answer.status_code, answer.json()["alarms"][0]["code"]) == (200, "sandbox")


def test_a_state_that_cannot_be_read_is_a_reason_and_no_fault() -> None:
    class Lost(making.FakeShelf):
        def applied(self) -> making.FakeShelf:
            raise Unavailable("gone")

        def lists(self, names: object = ()) -> tuple[MemoryList, ...]:
            raise Unavailable("gone")

    client = making.client(making.service(lists=Lost()))
    assert [one["code"] for one in client.get("/ready").json()["reasons"]] == ["behind", "lists"]
    assert client.get("/health").status_code == 200


def test_numbers_need_the_role_unless_the_settings_give_them_to_all() -> None:
    assert making.client(token="match").get("/metrics").status_code == 403
    running = making.service(settings=ServiceSettings(metrics_open=True))
    assert making.client(running, token="").get("/metrics").status_code == 200


def test_the_numbers_count_what_was_answered() -> None:
    lists = making.shelf()
    lists.behind_seconds, lists.holds = 2.5, ("demo",)
    client = making.client(making.service(lists=lists), token="statistics")
    asked = {"prints": [{"kind": "sha256", "value": making.LISTED_SHA256.hex()}]}
    client.post("/v1/match", json=asked, headers={"Authorization": "Bearer match"})
    client.get("/nowhere/c0ffee")
    text = client.get("/metrics").text
    for line in (
        'tutela_service_requests_total{route="match",status_class="2xx"} 1.0',
        'tutela_service_requests_total{route="other",status_class="4xx"} 1.0',
        'tutela_service_request_seconds_count{route="match"} 1.0',
        'tutela_service_looks_total{status="known"} 1.0',
        "tutela_service_behind_seconds 2.5",
        "tutela_service_held_lists_count 1.0",
        "tutela_service_change_count 12.0",
    ):
        assert line in text
    assert "c0ffee" not in text
