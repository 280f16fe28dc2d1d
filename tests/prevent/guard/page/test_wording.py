from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import get_args

import pytest

from tutela.prevent.guard.page.wording import (
    LANGUAGE_NAMES,
    SWITCHES,
    change_said,
    delay_said,
    direction,
    later_said,
    moment_said,
    pause_minutes_left,
    value_said,
    wish_said,
)
from tutela.prevent.guard.person import policy as policies
from tutela.prevent.guard.person.device_time import Reading
from tutela.prevent.guard.person.loosening import changes
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.waits import Pause, Wait, Waits
from tutela.prevent.guard.person.words import LANGUAGES, words_for

EN = words_for("en")
SEVERAL = {
    "delay_hours": policies.DelayHours,
    "after_block": policies.AfterBlock,
    "films": policies.Films,
    "segments": policies.Segments,
    "sign": policies.Sign,
}


def test_every_language_is_named_in_itself_and_has_a_direction() -> None:
    assert set(LANGUAGE_NAMES) == set(LANGUAGES)
    assert {direction(one) for one in LANGUAGES} == {"ltr"} and direction("ar") == "rtl"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_of_every_choice_is_said(language: str) -> None:
    words = words_for(language)
    said = [value_said(words, field, value) for field in SWITCHES for value in (True, False)]
    said += [
        value_said(words, field, value) for field, several in SEVERAL.items() for value in get_args(several)
    ]
    assert len(set(said)) == len(said)
    named = {*SWITCHES, *SEVERAL, "never_intercepted"}
    assert named == {field.name for field in fields(Policy)}


def test_a_choice_that_is_on_is_not_said_as_off() -> None:
    assert value_said(EN, "adult", True) == "Adult content: on"
    assert value_said(EN, "adult", False) == "Adult content: off"
    assert value_said(EN, "after_block", "self-help") == EN.say("choices.after_self_help")
    assert delay_said(EN, 0) == "no delay" and delay_said(EN, 72) == "72 hours"


def test_a_wish_is_said_by_what_it_waits_for() -> None:
    said = [
        wish_said(EN, Wait(field=field, value=value, delay_seconds=3600))
        for field, value in (
            ("leaving", None),
            ("pause", 15),
            ("never_intercepted", "a.test"),
            ("adult", False),
        )
    ]
    assert said == ["Leaving", "A pause of 15 minutes", "Never opened: a.test", "Adult content: off"]


def test_hosts_are_said_one_by_one() -> None:
    before = Policy(never_intercepted=("a.test", "b.test"))
    after = Policy(never_intercepted=("b.test", "c.test"))
    said = [one for change in changes(before, after) for one in change_said(EN, change)]
    assert said == ["Opened again: a.test", "Never opened: c.test"]


def test_a_moment_is_never_said_earlier_than_it_is() -> None:
    now = datetime(2026, 5, 4, 12, 0, 30, tzinfo=UTC)
    assert moment_said(now) == now.astimezone().strftime("%Y-%m-%d %H:%M")
    assert later_said(now, 0).endswith(":01") and later_said(now, 90).endswith(":02")


def test_the_minutes_of_a_pause_are_those_that_are_left() -> None:
    last = Reading(boot="b", boot_seconds=100.0, wall_seconds=0.0)
    assert pause_minutes_left(Waits(last=last)) == 0
    assert pause_minutes_left(Waits(last=last, pause=Pause(boot="b", until_boot_seconds=130.0))) == 1
    assert pause_minutes_left(Waits(last=last, pause=Pause(boot="b", until_boot_seconds=1000.0))) == 16
