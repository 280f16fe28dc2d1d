from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.cases.making import CLOCK
from tutela.hotline.mailbox.models import ReportMail
from tutela.hotline.mailbox.reports.queries import COUNTED_DAYS, counted, partners_mails, result_of
from tutela.hotline.mailbox.reports.results import Result

pytestmark = pytest.mark.django_db


def a_row(digest: str, result: Result, *, sender: str = "", days: int = 0) -> ReportMail:
    at = CLOCK.now() - timedelta(days=days)
    return ReportMail.objects.create(digest=digest * 64, result=result, sender=sender, read_at=at)


def test_the_mails_of_partners_come_latest_first_and_strangers_are_counted_alone() -> None:
    older, newer = a_row("a", "taken", sender="x", days=1), a_row("b", "html", sender="x")
    a_row("c", "stranger")
    a_row("d", "stranger", days=COUNTED_DAYS + 1)
    assert partners_mails() == [newer, older]
    told = counted(CLOCK.now())
    assert (told["taken"], told["html"], told["stranger"], told["unproved"]) == (1, 1, 1, 0)
    assert (result_of("c" * 64), result_of("e" * 64)) == ("stranger", "")
