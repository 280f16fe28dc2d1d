"""A table of contacts: what is taken, and what is refused with its row."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.takedown.contacts.reading import parse_contacts
from tutela.kernel.errors import Invalid
from tutela.share.notices.book import BookEntry

AT = datetime(2026, 5, 4, tzinfo=UTC)
HEAD = "key,address,organisation,country,languages,rung\n"


def read(text: str, *, approved: bool = False) -> list[BookEntry]:
    return list(parse_contacts(text, approved=approved, at=AT))


def test_a_row_is_an_entry() -> None:
    (entry,) = read(
        f'{HEAD}AS:as64500, abuse@HOSTER.test ,"Hoster\u202e, BV",NL,nl;en,upstream\n', approved=True
    )
    assert (entry.key, entry.address, entry.organisation) == ("as:64500", "abuse@hoster.test", "Hoster , BV")
    assert (entry.rung, entry.kind, entry.country, entry.languages) == (
        "upstream",
        "mail",
        "NL",
        ("nl", "en"),
    )
    assert entry.approved and entry.changed_at == AT


def test_columns_may_stand_in_any_order_and_some_may_be_left_out() -> None:
    (entry,) = read("organisation,key,address\nForm Ltd,site:site.test,https://form.test/report\n")
    assert (entry.kind, entry.rung, entry.country, entry.languages) == ("form", "hoster", "", ())


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("as:x,a@b.test,X,,,", "row 2, key"),
        ("a.test,a@b.test,X,,,", "row 2, key"),
        ("as:1,nobody,X,,,", "row 2, address"),
        ("as:1,http://form.test/,X,,,", "row 2, address"),
        ("as:1,ftp://form.test/,X,,,", "row 2, address"),
        ("as:1,a@b.test,X,nl,,", "row 2, country"),
        ("as:1,a@b.test,X,,Deutsch,", "row 2, languages"),
        ("as:1,a@b.test,X,,,mother", "row 2, rung"),
        ("as:1,a@b.test,X,,,,more", "row 2"),
        ("as:1", "row 2"),
    ],
)
def test_a_wrong_row_is_named(row: str, field: str) -> None:
    with pytest.raises(Invalid) as error:
        read(HEAD + row + "\n")
    assert error.value.field == field


@given(st.text(max_size=200))
def test_whatever_is_no_table_is_refused_or_brings_entries(text: str) -> None:
    for whole in (text, HEAD + text):
        with suppress(Invalid):
            assert all(isinstance(one, BookEntry) for one in read(whole))
