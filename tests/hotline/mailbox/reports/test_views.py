from __future__ import annotations

import pytest

from tests.hotline.people import making
from tutela.hotline.mailbox.models import ReportMail
from tutela.hotline.people.roles import INTAKE_OFFICER, TAKEDOWN_OFFICER
from tutela.kernel.clock import SystemClock

pytestmark = pytest.mark.django_db


def test_the_page_says_what_became_of_partners_mails_and_counts_the_others() -> None:
    now = SystemClock().now()
    ReportMail.objects.create(digest="a" * 64, result="taken", sender="partner-a", reports=3, left_out=2,
                              is_cut=True, read_at=now)  # fmt: skip
    ReportMail.objects.create(digest="b" * 64, result="stranger", read_at=now)
    client = making.signed_in(making.person(INTAKE_OFFICER))
    page = client.get("/reports-by-mail/").content.decode()
    assert "1: of nobody who may send reports" in page
    assert "<td>partner-a</td>" in page
    assert "<td>3</td><td>0</td><td>2</td>" in page
    assert "more was written than a report holds" in page
    assert page.count("<tr>") == 2
    assert 'href="/reports-by-mail/"' in client.get("/reports/").content.decode()


def test_an_empty_page_says_so_and_who_sees_no_reports_sees_none_of_it() -> None:
    page = making.signed_in(making.person(INTAKE_OFFICER)).get("/reports-by-mail/").content.decode()
    assert "No mail came." in page
    assert making.signed_in(making.person(TAKEDOWN_OFFICER)).get("/reports-by-mail/").status_code == 403
