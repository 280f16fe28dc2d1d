"""Hosts that do something else than what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.demo.world.worlds import START, asking
from tutela.demo.world import disguises
from tutela.demo.world.answers import Answer
from tutela.demo.world.characters import Character, Look
from tutela.demo.world.contents import content
from tutela.demo.world.planted import Item

ITEM = Item(
    name="one.test/known-0",
    host="one.test",
    path="/1.jpg",
    kind="known",
    seed=1,
    referrer="http://door.test:8080/",
)


def look(days: float, source: str = "127.78.0.2", **headers: str) -> Look:
    request = replace(asking(ITEM, **headers), source=source)
    return Look(item=ITEM, request=request, now=START + timedelta(days=days), told=(START,))


def after(character: Character, days: float = 2.0, source: str = "127.78.0.2", **headers: str) -> Answer:
    return character.answer(look(days, source, **headers))


def test_before_they_act_all_show_the_very_file() -> None:
    for name in ("Reencodes", "SaysRemoved", "GeoBlocks", "BotWall", "Parks", "Moves", "ComesBack"):
        assert after(getattr(disguises, name)(), 0.0).body == content("original", 1)


def test_one_shows_the_same_picture_in_other_bytes() -> None:
    answer = after(disguises.Reencodes())
    assert answer.showed
    assert answer.body == content("re-encoded", 1) != content("original", 1)


def test_one_says_removed_with_status_200() -> None:
    answer = after(disguises.SaysRemoved())
    assert (answer.status, answer.showed) == (200, False)
    assert b"has been removed" in answer.body


def test_one_refuses_one_country_only() -> None:
    assert after(disguises.GeoBlocks(), source="127.78.0.1").status == 451
    assert after(disguises.GeoBlocks(), source="127.78.0.2").showed


def test_one_stands_behind_a_wall_that_a_cookie_opens() -> None:
    wall = disguises.BotWall()
    assert after(wall).status == 403
    assert after(wall, cookie=wall.cookie).showed
    front = wall.front(look(2.0))
    assert front is not None
    assert front.status == 403
    assert wall.front(look(0.0)) is None


def test_one_parks_its_domain() -> None:
    parks = disguises.Parks()
    assert b"for sale" in after(parks).body
    assert parks.front(look(0.5)) is None
    assert parks.front(look(1.5)) is not None


def test_one_moves_to_another_host() -> None:
    answer = after(disguises.Moves())
    assert (answer.status, dict(answer.headers)["Location"]) == (302, "http://cellar.test:8080/1.jpg")


def test_one_comes_back_and_heeds_no_second_letter() -> None:
    back = disguises.ComesBack()
    assert [after(back, days).status for days in (0.0, 1.0, 9.9, 10.1)] == [200, 404, 404, 200]
    told_again = replace(look(12.0), told=(START, START + timedelta(days=11)))
    assert back.answer(told_again).showed


def test_one_shows_it_only_to_those_who_come_from_the_right_page() -> None:
    hidden = disguises.NeedsReferrer()
    assert after(hidden).status == 404
    assert after(hidden, referer="http://other.test/").status == 404
    assert after(hidden, referer=ITEM.referrer).showed
    assert after(hidden, referer="http://one.test:8080/").showed
    assert after(hidden, 300.0, referer=ITEM.referrer).showed
