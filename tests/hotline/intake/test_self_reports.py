from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.cases.making import CLOCK, acts
from tests.hotline.intake.making import Places, a_form
from tutela.hotline.intake.actions import receive_report
from tutela.hotline.intake.models import SelfReportLink
from tutela.hotline.intake.self_reports import LINK_DAYS, open_link, open_links, use_link
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid

pytestmark = pytest.mark.django_db


def test_a_link_works_until_it_is_used(places: Places) -> None:
    token = open_link("helpline-a", "13_15", "C-1", clock=CLOCK)
    link = open_links(token, clock=CLOCK)
    assert link is not None and link.age == "13_15" and acts() == ["self_report_opened"]
    use_link(link, "d" * 64)  # the report waits in the spare area
    assert open_links(token, clock=CLOCK) is not None
    use_link(link, receive_report(a_form(), clock=CLOCK).digest)
    assert open_links(token, clock=CLOCK) is None and SelfReportLink.objects.get().report is not None


def test_a_link_ends(places: Places) -> None:
    token = open_link("helpline-a", "", "C-1", clock=CLOCK)
    later = FixedClock(CLOCK.now() + timedelta(days=LINK_DAYS, seconds=1))
    assert open_links(token, clock=later) is None


@pytest.mark.parametrize("number", ["", "x" * 101])
def test_a_helpline_names_its_case(places: Places, number: str) -> None:
    with pytest.raises(Invalid):
        open_link("helpline-a", "", number, clock=CLOCK)
