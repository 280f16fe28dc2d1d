"""Abuse desks read letters and act by their host's character."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.demo.world.worlds import START, StillWorld, a_notice
from tutela.demo.world.desks import NOT_OURS, NOTHING_FOUND, TAKEN_BACK, Desks
from tutela.demo.world.sites import Site


def read(world: StillWorld, host: str, *, desk: str = "") -> tuple[str, Site]:
    site = world.hosts[host]
    desk = desk or site.place.abuse
    return world.desks.read(desk, a_notice(world.url(world.item(host)), to=desk)), site


def test_a_desk_tells_its_host(world: StillWorld) -> None:
    answer, site = read(world, "obedient.test")
    assert answer == site.character.reply
    assert site.told(world.item("obedient.test")) == (START,)
    (kept,) = world.desks.read_letters
    assert (kept.message_id, kept.items) == ("<one@hotline.test>", ("obedient.test/known-0",))


@pytest.mark.parametrize("host", ["silent.test", "referrer.test", "form.test", "own-contact.test"])
def test_some_desks_tell_nobody(world: StillWorld, host: str) -> None:
    answer, site = read(world, host)
    assert site.told(world.item(host)) == ()
    assert bool(answer) is (host == "form.test")


def test_a_proxy_hands_on_an_hour_later_and_names_the_hoster(world: StillWorld) -> None:
    answer, site = read(world, "behind-proxy.test")
    assert site.place.hoster in answer
    assert site.told(world.item("behind-proxy.test")) == (START + timedelta(hours=1),)
    answer, _ = read(world, "behind-proxy.test", desk=site.place.hoster)
    assert answer == site.character.reply


def test_a_desk_of_another_network_says_so(world: StillWorld) -> None:
    answer, site = read(world, "liar.test")
    assert answer == NOT_OURS
    assert site.told(world.item("liar.test")) == ()


def test_what_names_nothing_of_theirs_is_said(world: StillWorld) -> None:
    desks: Desks = world.desks
    assert desks.read("abuse@obedient-hosting.test", a_notice("http://unheard-of.test/")) == NOTHING_FOUND
    assert desks.read("abuse@silent-hosting.test", a_notice()) == ""
    assert desks.has("abuse@proxy.test")
    assert not desks.has("abuse@unheard-of.test")


def test_a_letter_that_takes_a_notice_back_brings_it_back(world: StillWorld) -> None:
    item = world.item("obedient.test")
    _, site = read(world, "obedient.test")
    world.pass_days(1)
    assert world.look(item).status == 404
    retraction = a_notice(to=site.place.abuse)
    retraction["In-Reply-To"] = "<one@hotline.test>"
    assert world.desks.read("abuse@slow-hosting.test", retraction) == NOTHING_FOUND
    assert world.look(item).status == 404
    assert world.desks.read(site.place.abuse, retraction) == TAKEN_BACK
    assert world.look(item).showed


def test_a_reminder_names_its_addresses_and_takes_nothing_back(world: StillWorld) -> None:
    item = world.item("slow.test")
    _, site = read(world, "slow.test")
    reminder = a_notice(world.url(item), to=site.place.abuse)
    reminder["In-Reply-To"] = "<one@hotline.test>"
    world.desks.read(site.place.abuse, reminder)
    world.pass_days(4)
    assert world.look(item).status == 404


def test_the_address_of_a_page_names_all_that_is_on_it(world: StillWorld) -> None:
    site = world.hosts["slow.test"]
    world.desks.read(site.place.abuse, a_notice(world.url_of("slow.test")))
    told = [item.kind for item in site.items if site.told(item)]
    assert told == ["known", "known", "altered", "altered", "unknown"]
