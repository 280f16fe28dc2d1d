"""Who lives in the world, and what is planted there."""

from __future__ import annotations

from collections import Counter

from tutela.demo.world.cast import CAST, PROXY_ABUSE, build_sites, place_of
from tutela.demo.world.contents import content


def test_the_same_seed_gives_the_same_world_and_another_one_other_pictures() -> None:
    first, again, other = build_sites(0, 8080), build_sites(0, 8080), build_sites(1, 8080)
    assert [site.items for site in first] == [site.items for site in again]
    assert [site.place for site in first] == [site.place for site in other]
    seeds = [{item.seed for site in sites for item in site.items} for sites in (first, other)]
    assert not seeds[0] & seeds[1]


def test_names_addresses_and_paths_are_unique() -> None:
    sites = build_sites(0, 8080)
    assert len({site.name for site in sites}) == len({site.place.address for site in sites}) == len(sites)
    items = [item for site in sites for item in site.items]
    assert len({item.name for item in items}) == len({(item.host, item.path) for item in items}) == len(items)


def test_pictures_that_are_declared_known_are_shown_as_known_or_altered_only() -> None:
    """No unknown item shares its number with a known one: each is its own picture."""
    items = [item for site in build_sites(0, 8080) for item in site.items if item.kind != "moved"]
    pictures = Counter(item.seed for item in items if "film" not in item.making)
    assert set(pictures.values()) == {1}


def test_altered_copies_have_other_bytes_than_their_originals() -> None:
    altered = [item for site in build_sites(0, 8080)[:4] for item in site.items if item.kind == "altered"]
    assert altered
    assert all(content(item.making, item.seed) != content("original", item.seed) for item in altered)


def test_every_country_and_every_hoster_has_a_form() -> None:
    assert all(len(role.country) == 2 and role.country.isupper() for role in CAST)
    assert place_of("one.test", 10, "NL").abuse == "abuse@one-hosting.test"
    proxied = place_of("one.test", 10, "NL", abuse=PROXY_ABUSE)
    assert (proxied.abuse, proxied.hoster) == (PROXY_ABUSE, "abuse@one-hosting.test")
