"""What is believed of an address: registries are heard, the reported site never."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tutela.share.notices.book import BookEntry
from tutela.share.notices.candidates import (
    Origin,
    book_candidate,
    delisting_candidate,
    named_candidate,
    ordered,
    route_candidate,
)
from tutela.share.notices.contacts import Named
from tutela.share.notices.jcards import Way
from tutela.share.notices.ladder import RUNGS, Candidate, Provenance, Rung, Source
from tutela.share.notices.places import Place, read_place
from tutela.share.notices.routing import Delisting, route_for

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PLACE = read_place("https://pictures.site.test/a.jpg")
PLATFORM = read_place("https://someone.github.io/a.jpg")


def named(address: str, role: str = "abuse", kind: Any = "mail") -> Named:
    way = Way(kind=kind, address=address, path="$.x")
    return Named(way=way, role=role, organisation="Org", country="NL", languages=("fr",))


def origin(rung: Rung = "hoster", source: Source = "rdap_network", **more: Any) -> Origin:
    return Origin(rung=rung, provenance=Provenance(source=source, at=NOW), **more)


def entry(address: str, *, approved: bool, kind: Any = "mail", rung: Rung = "hoster") -> BookEntry:
    return BookEntry(
        key="host:x", rung=rung, kind=kind, address=address, organisation="Booked", approved=approved,
        changed_at=NOW,
    )  # fmt: skip


def candidate(address: str, place: Place = PLACE, **more: Any) -> Candidate:
    return named_candidate(place, named(address), origin(**more))


def test_an_abuse_desk_needs_a_person_the_first_time() -> None:
    found = candidate("abuse@hoster.test", holder="unused")
    assert (found.reasons, found.person) == (("abuse_role", "unconfirmed"), "first_contact")
    assert (found.organisation, found.country, found.languages) == ("Org", "NL", ("fr", "nl", "en"))
    assert (found.provenance.path, found.provenance.at) == ("$.x", NOW)


@pytest.mark.parametrize("address", ["abuse@site.test", "a@mail.site.test", "a@pictures.site.test"])
def test_an_address_under_the_reported_site_could_be_the_offenders(address: str) -> None:
    found = candidate(address)
    assert found.could_be_the_offender
    assert found.person == "always"


def test_a_form_under_the_reported_site_could_be_the_offenders() -> None:
    found = named_candidate(PLACE, named("https://www.site.test/abuse", kind="form"), origin())
    assert found.person == "always"


def test_a_form_at_the_reported_address_could_be_the_offenders() -> None:
    place = read_place("http://198.51.100.7/a.jpg")
    found = named_candidate(place, named("https://198.51.100.7/abuse", kind="form"), origin())
    assert found.person == "always"


@pytest.mark.parametrize(
    "address", ["abuse@notsite.test", "site.test@hoster.test", "abuse@site.test.hoster.test"]
)
def test_an_address_that_only_looks_like_the_sites_is_not(address: str) -> None:
    assert not candidate(address).could_be_the_offender


def test_whoever_owns_the_site_could_be_the_offender_wherever_they_have_their_mail() -> None:
    found = candidate("someone@gmail.com", rung="site_owner", source="rdap_domain")
    assert found.could_be_the_offender
    assert "free_mailbox" in found.reasons


def test_the_owner_of_a_platform_is_not_its_customer() -> None:
    found = candidate("abuse@platform.test", PLATFORM, rung="site_owner", source="rdap_domain")
    assert found.person == "first_contact"
    assert (
        candidate("x@someone.github.io", PLATFORM, rung="site_owner", source="rdap_domain").person == "always"
    )


def test_what_a_site_says_of_itself_is_the_sites() -> None:
    found = named_candidate(PLATFORM, named("a@other.test", role=""), origin("site_owner", "security_txt"))
    assert (found.person, found.reasons[0]) == ("always", "not_for_abuse")


def test_a_guess_says_so() -> None:
    found = named_candidate(PLATFORM, named("abuse@github.io", role=""), origin("site_owner", "rfc2142"))
    assert found.reasons == ("guessed", "unconfirmed")


def test_a_proxy_is_asked_for_the_host_behind_it() -> None:
    found = candidate("abuse@proxy.test", proxy_service=True)
    assert found.proxy_service
    assert "origin_unknown" in found.reasons


def test_what_a_person_has_approved_needs_nobody_even_where_the_site_is_known() -> None:
    found = book_candidate(PLACE, entry("abuse@site.test", approved=True))
    assert (found.person, found.reasons, found.provenance.source) == ("none", ("from_book",), "book")


def test_an_entry_that_nobody_approved_is_one_source_and_a_registry_the_second() -> None:
    alone = book_candidate(PLACE, entry("abuse@hoster.test", approved=False))
    assert (alone.person, alone.reasons) == ("first_contact", ("from_book", "unconfirmed"))
    beside = candidate("abuse@hoster.test")
    agreed = book_candidate(PLACE, entry("abuse@hoster.test", approved=False), beside)
    assert (agreed.person, agreed.reasons) == ("none", ("from_book", "book_agrees"))
    other = book_candidate(PLACE, entry("other@hoster.test", approved=False), beside)
    assert other.person == "first_contact"


def test_two_sources_do_not_make_the_offender_a_recipient() -> None:
    beside = candidate("abuse@site.test")
    assert book_candidate(PLACE, entry("abuse@site.test", approved=False), beside).person == "always"


def test_an_entry_keeps_the_rung_and_the_proxy_of_whom_it_replaces() -> None:
    beside = candidate("abuse@proxy.test", rung="upstream", proxy_service=True)
    found = book_candidate(PLACE, entry("https://proxy.test/form", approved=True, kind="form"), beside)
    assert (found.rung, found.kind, found.proxy_service, found.country) == ("upstream", "form", True, "NL")
    assert found.reasons == ("from_book", "origin_unknown")


def test_hotlines_and_search_engines_are_forms_of_a_table() -> None:
    assert route_candidate(route_for("NL"), NOW).reasons == ("own_table",)
    assert route_candidate(route_for("DK"), NOW).reasons == ("own_table", "unconfirmed")
    assert route_candidate(route_for("AQ"), NOW).reasons == ("own_table", "unconfirmed", "no_hotline_known")
    service = Delisting(
        name="S", web="https://s.test/x", country="US", grade="B", checked_on=date(2026, 1, 1)
    )
    found = delisting_candidate(service, NOW)
    assert (found.rung, found.kind, found.person) == ("index", "form", "first_contact")


def test_the_ladder_goes_by_rung_then_by_trust_then_mail_before_forms_and_names_nobody_twice() -> None:
    rows = [
        candidate("abuse@up.test", rung="upstream"),
        named_candidate(PLACE, named("https://hoster.test/form", kind="form"), origin()),
        candidate("me@site.test"),
        candidate("abuse@hoster.test"),
        candidate("ABUSE@hoster.test", rung="registrar"),
        book_candidate(PLACE, entry("booked@hoster.test", approved=True)),
    ]
    assert [one.address for one in ordered(rows, RUNGS)] == [
        "booked@hoster.test", "abuse@hoster.test", "https://hoster.test/form", "me@site.test",
        "abuse@up.test",
    ]  # fmt: skip
