from __future__ import annotations

from datetime import UTC, datetime

from tutela.commands.notices_table import facts_of, line_of
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.takedown.models import Notice, Recipient

AT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def test_a_line_says_how_the_notice_stands_and_nothing_of_its_content() -> None:
    notice = Notice(
        recipient=Recipient(name="Host", address="abuse@host.test"),
        sighting=Sighting(item=Item()),
        priority=0,
        queued_at=AT,
        moved_at=AT,
        due=AT,
        attempts=2,
        stage="recipient",
        answer_code=451,
        second_look_due=AT,
    )
    facts = facts_of(notice)
    assert line_of(facts).endswith("2026-05-04T03:02:01Z  urgent, 2 tries, last at recipient 451")
    assert facts["second_look_due"] == "2026-05-04T03:02:01Z"
