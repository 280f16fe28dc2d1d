from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.hotline.cases.making import an_item, moved
from tutela.cli import run
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.intake.models import Report
from tutela.hotline.people.configuration import rehearse
from tutela.kernel.clock import SystemClock
from tutela.kernel.custody.blobs import BLOB_PREFIX
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    return tmp_path


def kept(days: int, *, held: bool = False) -> tuple[str, str]:
    """(object, item) of bytes that were fetched so many days ago."""
    item, blob = moved(an_item("https://host.test/a"), "fetched"), new_id(BLOB_PREFIX)
    at = SystemClock().now() - timedelta(days=days)
    Sighting.objects.filter(item=item).update(blob=blob, seen_at=at)
    if held:
        facts = {"state": "held", "state_reason": "legal_hold", "held_from": "fetched"}
        Item.objects.filter(pk=item.pk).update(**facts)
    return blob, item.public_id


def test_what_goes_soon_is_shown_and_stays(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rehearse(home)
    soon, held, _ = kept(362), kept(364, held=True), kept(10)
    assert run(["retention", "plan"]) == 0
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.split()[:2] == list(held) and first.endswith("at_most  held: it stays")
    assert second.split()[:2] == list(soon) and second.endswith("at_most")
    assert last == "1 of 3 kept objects will be destroyed, 1 are held"
    assert Sighting.objects.exclude(blob="").count() == 3


def test_a_program_reads_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rehearse(home)
    blob, item = kept(360)
    assert run(["retention", "plan", "--days", "10", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["object"], told["item"], told["rule"], told["held"]) == (blob, item, "at_most", False)
    assert told["keep_until"] < told["delete_by"]


def test_a_house_that_may_not_store_has_no_times(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rehearse(home, mandate="no-storage")
    kept(9_000)
    assert run(["retention", "plan"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "the mandate in force grants no storing: nothing is destroyed by itself",
        "0 of 1 kept objects will be destroyed, 0 are held",
    ]


def test_addresses_and_words_that_go_after_a_hand_over_have_a_line_each(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearse(home, mandate="no-viewing")  # its addresses and words go after the hand-over
    item = moved(an_item("https://host.test/a"), "fetched")
    Item.objects.filter(pk=item.pk).update(police_told_at=SystemClock().now() - timedelta(days=900))
    report = Report.objects.create(
        receipt_digest="d" * 64,
        channel="web",
        received_at=item.opened_at,
        urgent=False,
        language="en",
        text_sealed=b"sealed",
        log_index=0,
    )
    report.about.create(item=item)
    assert run(["retention", "plan"]) == 0
    addresses, words = capsys.readouterr().out.splitlines()[-2:]
    assert addresses.startswith(f"addresses of {item.public_id}  ") and addresses.endswith(": they stay")
    assert words.startswith(f"words of {report.public_id}  ") and words.endswith("  after_hand_over")
    assert run(["retention", "plan", "--json"]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines()[-2:])
    assert (first["addresses_of"], first["needed"]) == (item.public_id, True)
    assert (second["words_of"], second["held"]) == (report.public_id, False)
