"""A reported address is fetched, looked at and matched; each way ends where it should."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from tests.hotline.cases.rig import KEY, KNOWN, OTHER, PLACE, Rig, rig, state_of
from tutela.hotline.cases.jobs import ACT
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.work.models import Job
from tutela.kernel.custody.records import record_of
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.fetcher.orders import Fetched, FetchOrder, NotFetched

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mandate(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("mandate")
    rehearse(home)
    monkeypatch.setenv("TUTELA_HOME", str(home))


def test_what_an_approved_list_knows_is_matched_and_to_be_acted_on() -> None:
    with rig() as made:
        item = made.reported()
        assert made.work()[0] == "fetch_sighting finished"
    assert state_of(item) == "matched"
    reported, seen = item.sightings.order_by("pk")
    assert (seen.how, seen.status_code, seen.sha256) == ("fetched", 200, hashlib.sha256(KNOWN).hexdigest())
    assert seen.sha3_256 == hashlib.sha3_256(KNOWN).hexdigest()
    digest = KEY.address_digest(parse_url(PLACE))
    assert (reported.url_digest, seen.url_digest) == (digest, digest)
    match = item.matches.get()
    assert (match.confirmed, match.approved, match.fingerprint.kind) == ("sha256", True, "sha256")
    assert Job.objects.filter(kind=ACT).exists()
    leaves = [bytes(row) for row in LedgerEntry.objects.order_by("index").values_list("leaf", flat=True)]
    record = record_of(seen.blob, leaves)
    assert [step.act for _, step in record.steps] == ["sealed"]
    assert record.steps[0][1].source == seen.public_id


def test_nothing_of_it_is_in_the_clear_outside_of_the_seals() -> None:
    with rig() as made:
        made.reported()
        made.work()
    rows = [str(list(Job.objects.values())), str(list(LedgerEntry.objects.values()))]
    assert not [row for row in rows if "host.test" in row]
    assert not [body for body in made.blobs.bodies.values() if KNOWN in body]


def test_what_no_list_knows_waits_for_people() -> None:
    with rig(OTHER) as made:
        item = made.reported()
        made.work()
    assert state_of(item) == "unmatched"
    assert not Job.objects.filter(kind=ACT).exists()


@pytest.mark.parametrize(("approved", "confirmed"), [(False, "sha256"), (True, ""), (True, "second_hash")])
def test_only_an_approved_entry_by_sha256_leads_to_an_act(approved: bool, confirmed: str) -> None:
    with rig(approved=approved, confirmed=confirmed) as made:
        item = made.reported()
        made.work()
    assert state_of(item) == "matched"
    assert not Job.objects.filter(kind=ACT).exists()


@pytest.mark.parametrize("status", [404, 500])
def test_a_host_that_gives_nothing_leaves_a_sighting_and_no_object(status: int) -> None:
    with rig(status=status) as made:
        item = made.reported()
        made.work()
    assert state_of(item) == "unfetchable"
    seen = item.sightings.get(how="fetched")
    assert (seen.status_code, seen.blob) == (status, "")
    assert not made.blobs.bodies


def test_what_may_come_back_is_tried_again_and_then_given_up() -> None:
    with rig() as made:
        made.show({})
        item = made.reported()
        said = []
        while "fetch_sighting finished" not in said:
            said += made.work()
            made.later(60)
    assert said == ["fetch_sighting retried Unavailable"] * 4 + ["fetch_sighting finished"]
    assert state_of(item) == "unfetchable"


@pytest.mark.parametrize("lie", [{"sha256": "0" * 64}, {"size_bytes": 1}], ids=["digest", "size"])
def test_a_fetcher_that_tells_of_other_bytes_is_not_believed(lie: dict[str, Any]) -> None:
    with rig() as made:

        class Lying:
            def fetch(self, order: FetchOrder, descriptor: int) -> Fetched | NotFetched:
                told = made.service.fetch(order, descriptor)
                assert isinstance(told, Fetched)
                return replace(told, **lie)

        made.equipment = partial(replace, made.equipment(), fetcher=Lying())  # type: ignore[method-assign]
        item = made.reported()
        assert made.work() == ["fetch_sighting retried Unavailable"]
        assert not item.matches.exists() and not item.sightings.get().sha256


def test_an_address_that_is_refused_is_given_up_at_once() -> None:
    with rig() as made:
        made.show({PLACE: Recorded(failure="address_refused")})
        item = made.reported()
        assert made.work() == ["fetch_sighting finished"]
    assert state_of(item) == "unfetchable"


def test_a_second_worker_changes_nothing() -> None:
    with rig() as made:
        item = made.reported()
        made.work()
        before = LedgerEntry.objects.count()
        from tutela.hotline.cases.jobs import FETCH
        from tutela.hotline.work.actions import put

        put(FETCH, {"sighting": item.sightings.order_by("pk")[0].public_id}, clock=made.clock)
        assert "fetch_sighting finished" in made.work()
    assert state_of(item) in ("matched", "acted")
    assert not LedgerEntry.objects.filter(index__gte=before, act="sighting_recorded").exists()


@pytest.mark.parametrize(("sample", "blobs"), [("no-storage", 0), ("no-viewing", 0), ("police-first", 1)])
def test_a_mandate_without_storage_keeps_nothing(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, sample: str, blobs: int
) -> None:
    home = tmp_path_factory.mktemp("other")
    rehearse(home, mandate=sample)
    monkeypatch.setenv("TUTELA_HOME", str(home))
    with rig() as made:
        item = made.reported()
        made.work()
    assert state_of(item) == "matched"
    assert len(made.blobs.bodies) == blobs


def test_without_equipment_a_job_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    from tutela.hotline.work.running import Worker

    made = Rig(recorded={}, looker=None)  # type: ignore[arg-type]
    item = made.reported()
    worker = Worker("worker", clock=made.clock, watched=made.done.append)
    assert worker.step()
    assert made.done[0].outcome == "retried"
    assert state_of(item) == "received"
