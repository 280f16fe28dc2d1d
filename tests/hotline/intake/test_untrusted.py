from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.hotline.intake.untrusted import (
    ADDRESSES_MAX,
    COMPLAINTS_MAX,
    TEXT_CHARACTERS_MAX,
    Complaint,
    Problem,
    Told,
    Unclear,
    read_report,
    readable,
)

#: Everything that people or programs may send: any character, lone surrogates and NUL among them.
anything = st.text(st.characters(), max_size=200)
deceiving = st.text(
    st.sampled_from("https:/.testаo\u202e\u200b\u0000\ud800\uff0e\u2028\x0b\x85\n\r@\\ \t"), max_size=80
)


def told(addresses: str, text: str = "") -> Told:
    read = read_report(addresses, text, urgent=False)
    assert isinstance(read, Told), read
    return read


def complaints(addresses: str, text: str = "") -> tuple[Complaint, ...]:
    read = read_report(addresses, text, urgent=False)
    assert isinstance(read, Unclear)
    return read.complaints


@settings(max_examples=1_000)
@given(anything | deceiving, anything | deceiving, st.booleans())
def test_whatever_comes_is_read_or_complained_about(addresses: str, text: str, urgent: bool) -> None:
    read = read_report(addresses, text, urgent=urgent)
    if isinstance(read, Unclear):
        assert read.complaints
        return
    assert read.addresses or read.text
    assert "\x00" not in read.text and read.text.encode("utf-8").decode("utf-8") == read.text
    assert all(one.scheme in {"http", "https"} and one.raw.encode() for one in read.addresses)
    assert read.urgent is urgent


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_nothing_that_was_written_is_taken_away(text: str) -> None:
    shown = readable(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert len(shown) == len(lines)
    assert all(
        a == b or (ord(b) - ord(a)) == 0x2400 or a == "\x7f" for a, b in zip(lines, shown, strict=True)
    )


@given(st.text())
def test_no_control_character_reaches_the_staff(text: str) -> None:
    assert not [one for one in readable(text) if ord(one) < 0x20 and one not in "\n\t"]


@given(
    st.lists(
        st.sampled_from(["https://a.test/1", "http://b.test/", "https://c.test/x y"]), min_size=1, max_size=8
    )
)
def test_an_address_written_twice_is_one_and_the_order_stays(lines: list[str]) -> None:
    found = told("\r\n".join(lines)).addresses
    assert [one.raw for one in found] == list(dict.fromkeys(lines))


def test_two_spellings_are_one_address_and_the_first_is_kept() -> None:
    assert [one.raw for one in told("HTTPS://A.test:443/x\nhttps://a.test/x#top").addresses] == [
        "HTTPS://A.test:443/x"
    ]


@pytest.mark.parametrize(
    ("line", "canonical"),
    [
        ("there.test/x", "https://there.test/x"),
        ("//there.test/x", "https://there.test/x"),
        ("there.test:8080/x", "https://there.test:8080/x"),
        ("  http://there.test/x  ", "http://there.test/x"),
        ("www.there.test", "https://www.there.test/"),
    ],
)
def test_people_leave_out_what_browsers_hide(line: str, canonical: str) -> None:
    assert [one.canonical for one in told(line).addresses] == [canonical]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("on the page of my neighbour", "no_address"),
        ("nowhere", "no_address"),
        ("ftp://there.test/x", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("tg://resolve?domain=x", "scheme"),
        ("https://me:secret@there.test/", "credentials"),
        ("https://there.test\\@other.test/", "disputed"),
        ("https://there.test/\x00", "no_address"),
        ("https://" + "x" * 1_000_000, "no_address"),
        ("x" * 1_000_000, "no_address"),
        ("x." * 500_000, "no_address"),
        ("https://\ud800.test/", "no_address"),
    ],
    ids=range(12),
)
def test_a_line_that_is_no_address_is_named_by_its_number(line: str, problem: Problem) -> None:
    begun = time.monotonic()
    wrong = Complaint(field="addresses", line=3, problem=problem)
    assert complaints(f"https://there.test/\n\n{line}") == (wrong,)
    assert time.monotonic() - begun < 1


def test_a_complaint_repeats_nothing() -> None:
    assert "secret" not in repr(read_report("https://me:secret@there.test/", "secret", urgent=False))
    assert "secret" not in repr(told("https://there.test/secret", "secret"))


def test_a_report_says_something() -> None:
    assert complaints(" \n ", "\n") == (Complaint(field="addresses", line=0, problem="empty"),)
    assert told("", "seen in an app").addresses == ()


def test_limits_are_named_by_their_field() -> None:
    many = "\n".join(f"https://there.test/{number}" for number in range(ADDRESSES_MAX + 1))
    assert complaints(many)[0] == Complaint(field="addresses", line=0, problem="too_many")
    assert len(told(many.rpartition("\n")[0]).addresses) == ADDRESSES_MAX
    long = "x" * (TEXT_CHARACTERS_MAX + 1)
    assert complaints("", long) == (Complaint(field="text", line=0, problem="too_long"),)
    assert told("", long[1:]).text == long[1:]


def test_a_page_of_complaints_has_an_end() -> None:
    assert len(complaints("no\n" * ADDRESSES_MAX)) == COMPLAINTS_MAX


def test_only_what_people_type_ends_a_line() -> None:
    assert len(told("https://a.test/\u2028https://b.test/").addresses) == 1
    assert len(told("https://a.test/\rhttps://b.test/\r\nhttps://c.test/").addresses) == 3
