from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from tests.hotline.cases.making import CLOCK, acts
from tests.hotline.intake.making import Places, a_form, a_prepared, every_row
from tutela.hotline.cases.jobs import FETCH
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.intake import actions, spare
from tutela.hotline.intake.actions import (
    UnclearReport,
    receive_report,
    record_report,
    reseal_texts,
    take_in_spare,
)
from tutela.hotline.intake.models import Report
from tutela.hotline.intake.prepared import Origin, Prepared
from tutela.hotline.intake.receipts import digest_of
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.work.models import Job
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db
CANARY = "canary-7f3a"


def test_a_report_stands_with_its_items_and_the_jobs_that_fetch_them(places: Places) -> None:
    receipt = receive_report(a_form(urgent="1"), origin=Origin(language="de"), clock=CLOCK)
    report = Report.objects.get()
    assert report.receipt_digest == digest_of(receipt.words)
    assert (report.urgent, report.language, report.received_at) == (True, "de", CLOCK.now())
    assert open_text(bytes(report.text_sealed), places.vault) == "seen today"
    assert [item.urgent for item in report.items.all()] == [True, True]
    assert [open_text(bytes(one.url_for_fetch), places.fetch) for one in Sighting.objects.order_by("pk")] == [
        "https://there.test/one",
        "https://there.test/two",
    ]
    jobs = Job.objects.filter(kind=FETCH)
    assert {job.arguments["sighting"] for job in jobs} == set(
        Sighting.objects.values_list("public_id", flat=True)
    )
    assert {job.priority for job in jobs} == {0}
    assert acts() == ["item_opened", "item_opened", "report_received"]
    assert LedgerEntry.objects.get(index=report.log_index).subject == report.public_id


def test_nothing_that_was_typed_stands_anywhere(places: Places) -> None:
    form = a_form(addresses=f"https://{CANARY}.test/{CANARY}", text=f"it is {CANARY}")
    receipt = receive_report(form, clock=CLOCK)
    rows = every_row()
    assert Report.objects.get().receipt_digest in rows
    assert CANARY not in rows and receipt.words not in rows


def test_words_alone_are_a_report_too(places: Places) -> None:
    receive_report(a_form(addresses=""), clock=CLOCK)
    assert Report.objects.get().items.count() == 0 and not Job.objects.exists()


def test_an_unclear_report_is_not_taken_in(places: Places) -> None:
    with pytest.raises(UnclearReport) as caught:
        receive_report(a_form(addresses="nowhere"), clock=CLOCK)
    assert caught.value.complaints[0].line == 1 and caught.value.field == "addresses"
    assert not Report.objects.exists()


def test_a_report_that_comes_again_from_the_spare_area_is_one(places: Places) -> None:
    kept: list[Prepared] = []
    real = actions.record_report

    def watch(prepared: Prepared, **named: Any) -> Report:
        kept.append(prepared)
        return real(prepared, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "record_report", watch)
        receive_report(a_form(), clock=CLOCK)
    assert record_report(kept[0], channel="spare") == Report.objects.get()
    assert Item.objects.count() == 2


def refused(*_arguments: object, **_named: object) -> Report:
    raise OperationalError("database or disk is full")


def test_what_the_database_does_not_take_waits_sealed_and_comes_in_later(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(actions, "open_item", refused)
        receipt = receive_report(a_form(text=CANARY), clock=CLOCK)
    (path,) = places.spare.iterdir()
    assert CANARY.encode() not in path.read_bytes() and not Report.objects.exists() and not acts()
    assert take_in_spare(clock=CLOCK) == 1 and take_in_spare(clock=CLOCK) == 0
    report = Report.objects.get()
    assert report.receipt_digest == digest_of(receipt.words) and report.channel == "spare"
    assert report.items.count() == 2 and not list(places.spare.iterdir())


def test_what_waits_goes_on_waiting_while_the_database_takes_nothing(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(actions, "record_report", refused)
        receive_report(a_form(), clock=CLOCK)
        with pytest.raises(OperationalError):
            take_in_spare(clock=CLOCK)
    assert len(list(places.spare.iterdir())) == 1 and take_in_spare(clock=CLOCK) == 1


def test_a_ledger_that_refuses_costs_no_report(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> int:
        raise Unavailable("the log is not what it should be")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "record", refuse)
        receive_report(a_form(), clock=CLOCK)
    assert take_in_spare(clock=CLOCK) == 1


def test_one_report_that_never_comes_in_holds_up_no_other_one(places: Places) -> None:
    twin = "aaa_" + "0" * 32
    record_report(replace(a_prepared("c" * 64), report_id=twin), channel="web")
    spare.keep(replace(a_prepared("b" * 64), report_id=twin), places.spare)
    spare.keep(a_prepared("a" * 64), places.spare)
    assert take_in_spare(clock=CLOCK) == 1
    assert len(list(places.spare.iterdir())) == 1 and Report.objects.count() == 2


def test_where_nothing_can_be_kept_nothing_is_acknowledged(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "record_report", refused)
    places.spare.write_bytes(b"a file where the folder should be")
    with pytest.raises(Unavailable) as caught:
        receive_report(a_form(), clock=CLOCK)
    assert caught.value.retry_after_seconds


def test_without_a_sealing_key_nothing_is_acknowledged(places: Places, tmp_path: Path, settings: Any) -> None:
    settings.VAULT_EPOCHS = str(tmp_path / "none")
    with pytest.raises(Unavailable):
        receive_report(a_form(), clock=CLOCK)
    assert not Report.objects.exists()


def test_texts_are_sealed_anew_once(places: Places) -> None:
    receive_report(a_form(), clock=CLOCK)
    receive_report(a_form(text=""), clock=CLOCK)
    old = places.vault.current().id
    places.vault.rotate()

    def opened(sealed: bytes) -> str:
        return open_text(sealed, places.vault)

    assert reseal_texts(places.vault, opened, actor=process("opener"), clock=CLOCK) == 1
    assert reseal_texts(places.vault, opened, actor=process("opener"), clock=CLOCK) == 0
    places.vault.retire(old)
    assert open_text(bytes(Report.objects.order_by("pk")[0].text_sealed), places.vault) == "seen today"


def test_the_page_that_led_there_goes_with_each_address_to_the_fetcher(places: Places) -> None:
    receive_report(a_form(referrer=" from.test/x "), clock=CLOCK)
    for sighting in Sighting.objects.all():
        assert open_text(bytes(sighting.referrer_for_fetch), places.fetch) == "https://from.test/x"
        assert open_text(bytes(sighting.referrer_sealed), places.vault) == "https://from.test/x"
    receive_report(a_form(addresses="https://there.test/3", referrer="a group in an app"), clock=CLOCK)
    assert bytes(Sighting.objects.order_by("-pk")[0].referrer_for_fetch) == b""


@pytest.mark.parametrize("urgent", [True, False])
def test_an_urgent_word_added_to_a_report_makes_its_items_urgent(places: Places, urgent: bool) -> None:
    receipt = receive_report(a_form(), clock=CLOCK)
    more = {"text": "It is live now."} | ({"urgent": "1"} if urgent else {})
    receive_report(more, origin=Origin(adds_to=receipt.digest), clock=CLOCK)
    jobs = Job.objects.filter(kind="make_urgent")
    assert {job.arguments["item"] for job in jobs} == (
        set(Item.objects.values_list("public_id", flat=True)) if urgent else set()
    )
