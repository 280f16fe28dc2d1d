from __future__ import annotations

from datetime import UTC, datetime

from tutela.prevent.guard.page.wishes import of_policy, wish_of, wishes_of
from tutela.prevent.guard.page.wording import later_said
from tutela.prevent.guard.person.device_time import Reading
from tutela.prevent.guard.person.waits import Wait, Waits
from tutela.prevent.guard.person.words import words_for

EN, NOW = words_for("en"), datetime(2026, 5, 4, 12, tzinfo=UTC)
HOST = Wait(field="never_intercepted", value="a.test", delay_seconds=3600, counted_seconds=600)
LEAVING = Wait(field="leaving", value=None, delay_seconds=3600, counted_seconds=3600)
PAUSE = Wait(field="pause", value=15, delay_seconds=3600)


def test_a_wish_says_from_when_it_holds() -> None:
    one = wish_of(EN, HOST, NOW)
    assert one.when == EN.say("page.from_when", when=later_said(NOW, 3000)) and one.host == "a.test"


def test_what_has_waited_has_no_time_and_no_host() -> None:
    one = wish_of(EN, LEAVING, NOW)
    assert (one.said, one.when, one.field, one.host) == ("Leaving", "", "leaving", "")


def test_all_are_listed_and_those_of_the_policy_can_be_told_apart() -> None:
    waits = Waits(last=Reading(boot="b", boot_seconds=1, wall_seconds=1), waiting=(LEAVING, HOST, PAUSE))
    assert [one.field for one in wishes_of(EN, waits, NOW)] == ["leaving", "never_intercepted", "pause"]
    assert of_policy(waits.waiting) == (HOST,)
