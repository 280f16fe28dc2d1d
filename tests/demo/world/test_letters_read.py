"""What a desk's machine finds in a letter."""

from __future__ import annotations

import json
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.world.worlds import a_notice
from tutela.demo.world.letters_read import addresses_of

ONE, TWO = "http://one.test:8080/a.jpg", "https://two.test/b.jpg"


def with_part(data: bytes, kind: str) -> EmailMessage:
    letter = a_notice(TWO)
    letter.add_attachment(data, maintype="application", subtype=kind)
    return letter


def test_a_text_names_them() -> None:
    letter = EmailMessage()
    letter.set_content(f"See {ONE}, and <{TWO}>.\nAnd again: {ONE}\n")
    assert addresses_of(letter) == (ONE, TWO)


@pytest.mark.parametrize("spelling", ["hxxp://one.test:8080/a.jpg", "http://one[.]test:8080/a.jpg"])
def test_spellings_that_make_no_links_are_read(spelling: str) -> None:
    assert addresses_of(a_notice(spelling)) == (ONE,)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (json.dumps({"Version": "4", "Report": {"SourceUris": [{"Uri": ONE}]}}).encode(), "json"),
        (json.dumps({"Report": {"Uri": ONE}}).encode(), "vnd.xarf+json"),
        (f"id,url\r\n1,{ONE}\r\n".encode(), "csv"),
        (f"Feedback-Type: abuse\r\nReported-URI: {ONE}\r\n".encode(), "feedback-report"),
    ],
    ids=["json", "xarf", "csv", "feedback"],
)
def test_a_part_for_machines_goes_before_the_text(data: bytes, kind: str) -> None:
    assert addresses_of(with_part(data, kind)) == (ONE,)


def test_a_broken_part_leaves_the_text() -> None:
    assert addresses_of(with_part(b"{not json", "json")) == (TWO,)
    assert addresses_of(with_part(b"[1, null, {}]", "json")) == (TWO,)


def test_a_letter_without_addresses_names_none() -> None:
    assert addresses_of(a_notice()) == ()


@given(st.binary(max_size=200), st.sampled_from(["json", "csv", "feedback-report", "octet-stream"]))
def test_any_part_leaves_a_letter_readable(data: bytes, kind: str) -> None:
    assert TWO in addresses_of(with_part(data, kind)) or b"http" in data.lower()


@given(
    st.from_regex(r"https?://[a-z]{1,9}\.test(:[0-9]{2,5})?/[A-Za-z0-9/_.-]{0,20}[a-z0-9/]", fullmatch=True)
)
def test_any_address_in_a_cell_of_its_own_is_found(url: str) -> None:
    assert addresses_of(with_part(f"number,url\r\n1,{url}\r\n".encode(), "csv")) == (url,)
