"""Contacts as registries write them: nested lists, preferences, things that are no address."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.share.notices.jcards import Card, parse_card


def parsed(*rows: Any) -> Card:
    return parse_card(["vcard", list(rows)], "$.vcardArray")


def addresses(*rows: Any) -> list[str]:
    return [way.address for way in parsed(*rows).ways]


def test_a_whole_contact_is_read() -> None:
    card = parsed(
        ["version", {}, "text", "4.0"],
        ["fn", {}, "text", "Abuse desk"],
        ["ORG", {}, "text", ["Hoster BV", "Trust and Safety"]],
        ["lang", {"pref": "1"}, "language-tag", "nl-NL"],
        ["adr", {"cc": "nl"}, "text", ["", "", "Street 1", "Town", "", "", ""]],
        ["email", {}, "text", "abuse@hoster.test"],
        ["contact-uri", {}, "uri", "https://hoster.test/abuse"],
    )
    assert (card.name, card.organisation, card.country) == ("Abuse desk", "Hoster BV", "NL")
    assert (card.called, card.languages) == ("Hoster BV", ("nl",))
    assert [(way.kind, way.address, way.path) for way in card.ways] == [
        ("mail", "abuse@hoster.test", "$.vcardArray[1][5]"),
        ("form", "https://hoster.test/abuse", "$.vcardArray[1][6]"),
    ]


def test_the_preferred_address_comes_first_whatever_its_preference_is_written_as() -> None:
    rows = [
        ["email", {}, "text", "none@a.test"],
        ["email", {"pref": 2}, "text", "two@a.test"],
        ["email", {"pref": ["1"]}, "text", "one@a.test"],
        ["email", {"pref": "0"}, "text", "zero@a.test"],
        ["email", {"pref": "first"}, "text", "word@a.test"],
    ]
    assert addresses(*rows) == ["one@a.test", "two@a.test", "none@a.test", "zero@a.test", "word@a.test"]


def test_several_addresses_of_one_property_are_all_read_and_none_twice() -> None:
    rows = [
        ["email", {}, "text", "a@a.test", "b@a.test"],
        ["email", {}, "text", ["c@a.test", ["d@a.test"], 5]],
        ["email", {}, "uri", "mailto:e@a.test"],
        ["email", {}, "text", "a@A.test"],
    ]
    found = [way.address for way in parsed(*rows).ways]
    assert sorted(set(found)) == ["a@a.test", "b@a.test", "c@a.test", "e@a.test"]


@pytest.mark.parametrize(
    "untrusted",
    [
        "abuse@host", "a b@host.test", "a@host.test, b@host.test", "a@host.test\nBcc: c@d.test",
        '"a"@host.test', "Abuse <a@host.test>", "@host.test", "a@[192.0.2.1]", "", "see our web site",
    ],
)  # fmt: skip
def test_what_is_no_plain_mailbox_is_left_out(untrusted: str) -> None:
    assert addresses(["email", {}, "text", untrusted]) == []


@pytest.mark.parametrize(
    "untrusted",
    [
        "http://host.test/abuse",
        "javascript:alert(1)",
        "https://host.test/",
        "https://u:p@host.test/a",
        "tel:+1",
    ],
)
def test_what_is_no_form_behind_https_is_left_out(untrusted: str) -> None:
    assert addresses(["url", {}, "uri", untrusted]) == []


def test_a_country_is_a_code_or_a_name_that_is_known() -> None:
    assert parsed(["adr", {}, "text", ["", "", "", "", "", "", "de"]]).country == "DE"
    assert parsed(["adr", {}, "text", ["", "", "", "", "", "", "Germany"]]).country == "DE"
    assert parsed(["adr", {"cc": ["DE"]}, "text", ["", "", "", "", "", "", "Nowhere"]]).country == ""
    assert parsed(["adr", {"label": "x"}, "text", "one line"]).country == ""


@pytest.mark.parametrize(
    ("label", "country"),
    [
        ("Street 1\nTown\nMN\n56026\nUnited States", "US"),
        ("Street 1\nTown\nnetherlands \n", "NL"),
        ("Street 1\nDE", "DE"),
        ("Street of the United States\nTown", ""),
        (["United States"], ""),
    ],
)
def test_an_address_in_one_text_ends_with_the_country(label: Any, country: str) -> None:
    assert parsed(["adr", {"label": label}, "text", ["", "", "", "", "", "", ""]]).country == country


@pytest.mark.parametrize(
    "untrusted",
    [
        None,
        {},
        [],
        ["vcard"],
        ["vcard", {}],
        ["card", []],
        ["vcard", [[]], 1],
        ["vcard", [["email", {}, "text"]]],
    ],
)
def test_what_is_no_card_is_an_empty_one(untrusted: Any) -> None:
    assert parse_card(untrusted, "$") == Card()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["email", "adr", "fn", "org", "lang", "contact-uri", "url", "vcard", "a@b.test"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["pref", "cc", "x"]), inner),
    max_leaves=20,
)  # fmt: skip


@given(st.lists(st.lists(values, min_size=3, max_size=5), max_size=6) | values)
def test_any_card_gives_checked_addresses_only(rows: Any) -> None:
    for way in parse_card(["vcard", rows], "$").ways:
        if way.kind == "mail":
            assert str(parse_mail_address(way.address)) == way.address
        else:
            assert way.address.startswith("https://")
