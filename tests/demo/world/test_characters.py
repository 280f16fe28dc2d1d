"""How hosts that are what they seem behave once they were told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.demo.world.worlds import START, asking
from tutela.demo.world.answers import Answer
from tutela.demo.world.characters import Character, FormOnly, Look, Obedient, Silent, Slow, shown
from tutela.demo.world.contents import content
from tutela.demo.world.planted import Item

ITEM = Item(name="one.test/known-0", host="one.test", path="/1.jpg", kind="known", seed=1)


def after(character: Character, days: float, *, told: bool = True) -> Answer:
    now = START + timedelta(days=days)
    return character.answer(Look(item=ITEM, request=asking(ITEM), now=now, told=(START,) if told else ()))


@pytest.mark.parametrize(
    ("character", "days_before", "days_after"),
    [(Obedient(), 0.0, 0.1), (Slow(), 2.9, 3.1)],
    ids=["obedient", "slow"],
)
def test_it_removes_when_its_time_has_come(
    character: Character, days_before: float, days_after: float
) -> None:
    assert after(character, days_before).showed
    assert after(character, days_after).status == 404
    assert after(character, days_after, told=False).showed


@pytest.mark.parametrize("character", [Silent(), FormOnly()], ids=["silent", "form"])
def test_some_do_nothing_about_letters(character: Character) -> None:
    assert not character.heeds_mail
    assert character.end in {"present", "by_hand"}


def test_shown_is_the_very_file() -> None:
    assert shown(ITEM).body == content("original", 1)
    assert shown(ITEM, b"other").body == b"other"
