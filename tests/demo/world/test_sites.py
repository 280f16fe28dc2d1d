"""A host with its items, its pages, its form."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.demo.world.worlds import START
from tutela.demo.world.answers import Answer, Request
from tutela.demo.world.cast import place_of
from tutela.demo.world.characters import Character, FormOnly, Obedient
from tutela.demo.world.disguises import Parks
from tutela.demo.world.planted import Item
from tutela.demo.world.sites import FORM_PATH, SECURITY_PATH, Site, embedded

KNOWN = Item(name="one.test/known-0", host="one.test", path="/1.jpg", kind="known", seed=1)
HARMLESS = Item(name="one.test/harmless-1", host="one.test", path="/2.jpg", kind="harmless", seed=2)


def a_site(character: Character | None = None) -> Site:
    return Site(place_of("one.test", 10, "NL"), character or Obedient(), [KNOWN, HARMLESS])


def get(site: Site, path: str, *, hours: float = 0.0, body: bytes = b"") -> Answer:
    request = Request(
        method="POST" if body else "GET", path=path, host=site.name, source="127.78.0.1", body=body
    )
    return site.answer(request, START + timedelta(hours=hours))


def test_it_shows_its_items_and_a_page_that_embeds_them() -> None:
    site = a_site()
    assert get(site, "/1.jpg").item == KNOWN.name
    assert embedded("/1.jpg", KNOWN.name).encode() in get(site, "/").body
    assert get(site, "/3.jpg").status == 404
    assert b"mailto:owner@one.test" in get(site, SECURITY_PATH).body


def test_what_it_was_told_of_goes_from_page_and_place() -> None:
    site = a_site()
    site.tell(KNOWN, START)
    gone = get(site, "/1.jpg", hours=1)
    assert (gone.status, gone.item, gone.showed) == (404, KNOWN.name, False)
    assert b"/1.jpg" not in get(site, "/", hours=1).body
    assert b"/2.jpg" in get(site, "/", hours=1).body


def test_a_page_names_what_may_be_told_of_and_one_path_one_item() -> None:
    site = a_site()
    assert site.items_at("/") == (KNOWN,)
    assert site.items_at("/2.jpg") == (HARMLESS,)
    assert site.items_at("/3.jpg") == ()


def test_a_parked_domain_is_parked_at_every_path() -> None:
    site = a_site(Parks())
    site.tell(KNOWN, START)
    assert all(b"for sale" in get(site, path, hours=25).body for path in ("/", "/1.jpg", "/any"))


def test_the_form_removes_and_a_letter_would_not() -> None:
    site = a_site(FormOnly())
    assert site.expected(KNOWN).end == "by_hand"
    assert b"<form" in get(site, FORM_PATH).body
    assert get(site, FORM_PATH, body=b"url=http%3A%2F%2Fone.test%3A8080%2F9.jpg").status == 400
    answer = get(site, FORM_PATH, body=b"url=http%3A%2F%2Fone.test%3A8080%2F1.jpg&reason=x")
    assert b"F-0001" in answer.body
    assert get(site, "/1.jpg", hours=1).status == 404
    assert site.expected(KNOWN).end == "removed"
    assert get(a_site(), FORM_PATH).status == 404


def test_where_the_registry_misleads_it_stays_until_a_person_finds_the_hoster() -> None:
    place = replace(place_of("one.test", 10, "NL"), findable=False)
    site = Site(place, Obedient(), [KNOWN])
    assert site.expected(KNOWN).end == "present"
    site.tell(KNOWN, START)
    assert site.expected(KNOWN).end == "removed"
