from __future__ import annotations

import pytest

from tests.hotline.cases.making import CLOCK, an_item
from tutela.hotline.intake.models import Report, ReportedItem
from tutela.hotline.intake.timeline import tell

pytestmark = pytest.mark.django_db


def test_each_report_that_names_the_item_is_told_and_leads_to_its_page() -> None:
    item, other = an_item(), an_item()
    for number, (about, urgent) in enumerate(((item, False), (item, True), (other, False))):
        report = Report.objects.create(
            receipt_digest=f"{number:064x}",
            channel="web",
            urgent=urgent,
            language="en",
            received_at=CLOCK.now(),
            log_index=number,
        )
        ReportedItem.objects.create(report=report, item=about)
    told = list(tell(item))
    assert [str(one.sentence) for one in told] == [
        "Somebody reported it.",
        "Somebody reported it, and said that a child is in danger.",
    ]
    assert {(one.route, one.act) for one in told} == {("desk_report", "see_reports")}
    assert told[0].subject.startswith("rep_")
