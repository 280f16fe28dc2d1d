from __future__ import annotations

from pathlib import Path

import pytest
from django.db import OperationalError
from pytest_django.fixtures import Settings

from tests.hotline.cases.making import CLOCK, acts
from tests.hotline.intake.making import Places, every_row
from tests.hotline.mailbox.reports.making import a_mail, with_picture, with_table
from tutela.hotline.cases.address_keys import sealing_keys
from tutela.hotline.cases.models import Item
from tutela.hotline.intake.actions import record_report
from tutela.hotline.intake.models import Report
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.mailbox.models import ReportMail
from tutela.hotline.mailbox.reports import actions
from tutela.hotline.mailbox.reports.actions import take_in
from tutela.hotline.mailbox.reports.contents import Contents, parse_contents
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db
DIGEST = "a" * 64
ROWS = b"url,text\nhttps://a.test/1,one\nhttps://a.test/2,two\nhttps://a.test/3,\n"


def contents_of(text: str = "canary-words\nhttps://canary.test/one") -> Contents:
    return parse_contents(with_picture(with_table(a_mail(text), ROWS)).as_bytes(), may_be_urgent=True)


def kept(contents: Contents, digest: str = DIGEST) -> bool:
    return take_in(contents, sealing_keys(), digest=digest, sender="partner-a", clock=CLOCK)


def test_every_report_stands_marked_with_its_partner_and_sealed(places: Places) -> None:
    assert kept(contents_of())
    rows = list(Report.objects.order_by("pk"))
    assert {(one.channel, one.sender, one.way) for one in rows} == {("mail", "partner-a", "saw")}
    assert [one.items.count() for one in rows] == [1, 1, 1, 1]
    assert set(Item.objects.values_list("source", flat=True)) == {"partner"}
    assert open_text(bytes(rows[0].text_sealed), places.vault) == "Report 7\n\ncanary-words"
    mail = ReportMail.objects.get()
    assert (mail.result, mail.reports, mail.left_out, mail.wrong) == ("taken", 4, 1, 0)
    assert str(mail) == mail.public_id
    assert LedgerEntry.objects.get(subject=mail.public_id).act == "report_mail_read"
    assert acts().count("report_received") == 4
    assert "canary" not in every_row()


@pytest.mark.usefixtures("places")
def test_a_mail_is_taken_in_once_and_another_one_anew() -> None:
    assert kept(contents_of())
    before = LedgerEntry.objects.count()
    assert not kept(contents_of())
    assert (Report.objects.count(), LedgerEntry.objects.count()) == (4, before)
    assert kept(contents_of(), "b" * 64)
    assert Report.objects.count() == 8


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("dies_at", [0, 1, 3, 4])
def test_a_death_between_two_reports_loses_none_and_doubles_none(
    monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    done = list[str]()

    def dying(prepared: object, **named: object) -> object:
        if len(done) == dies_at:
            raise OperationalError
        done.append("")
        return record_report(prepared, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(actions, "record_report", dying)
        if dies_at == 4:
            patched.setattr(actions, "_record_mail", lambda *_a, **_n: dying(None))
        with pytest.raises(OperationalError):
            kept(contents_of())
    assert (Report.objects.count(), ReportMail.objects.count()) == (dies_at, 0)
    assert kept(contents_of())
    assert (Report.objects.count(), ReportMail.objects.count()) == (4, 1)


@pytest.mark.usefixtures("places")
def test_of_a_stranger_s_mail_nothing_is_kept_but_that_it_came() -> None:
    assert take_in(Contents(result="stranger"), sealing_keys(), digest=DIGEST, sender="", clock=CLOCK)
    mail = ReportMail.objects.get()
    assert (mail.result, mail.sender, Report.objects.count()) == ("stranger", "", 0)


def test_without_a_key_to_seal_to_nothing_is_kept(settings: Settings, tmp_path: Path) -> None:
    settings.VAULT_EPOCHS = settings.FETCH_EPOCHS = str(tmp_path / "none")
    with pytest.raises(Unavailable):
        kept(contents_of())
    assert (Report.objects.count(), ReportMail.objects.count()) == (0, 0)
