from __future__ import annotations

import csv
import io
import ipaddress
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.share.notices import telling as make
from tutela.kernel.egress.urls import UrlError, parse_url, read_url
from tutela.kernel.errors import Invalid
from tutela.share.notices.contents import SIGHTINGS_MAX, Sighting
from tutela.share.notices.tables import COLUMNS, TABLE_CHARACTERS_MAX, parse_table, render_table


def is_url(text: str) -> bool:
    try:
        return bool(parse_url(text))
    except UrlError:
        return False


#: Addresses as they are met: in canonical form, with everything that a path or a query may hold.
URLS = (
    st.tuples(st.sampled_from(["https://a.test/", "http://xn--pple-43d.test:8080/"]), st.text(max_size=30))
    .map("".join)
    .filter(is_url)
    .map(lambda text: read_url(parse_url(text).canonical))
)
SECONDS = st.integers(0, 2_000_000_000)


@st.composite
def sightings(draw: st.DrawFn) -> Sighting:
    first = datetime.fromtimestamp(draw(SECONDS), UTC)
    return Sighting(
        url=draw(URLS),
        first_seen=first,
        last_seen=first + timedelta(seconds=draw(st.integers(0, 10**8))),
        address=draw(st.none() | st.ip_addresses()),
        network_number=draw(st.none() | st.integers(1, (1 << 32) - 1)),
        country=draw(st.sampled_from(["", "NL", "US"])),
        sha256=draw(st.sampled_from(["", "5a" * 32])),
    )


@given(st.lists(sightings(), max_size=5))
def test_what_is_written_is_read_back(given_sightings: list[Sighting]) -> None:
    table = render_table(given_sightings, with_digests=True)
    assert parse_table(table) == tuple(given_sightings)
    assert table.isascii() and table.count("\r\n") == 1 + len(given_sightings)


@given(st.lists(sightings(), min_size=1, max_size=5))
def test_no_cell_is_a_formula(given_sightings: list[Sighting]) -> None:
    for row in csv.reader(io.StringIO(render_table(given_sightings, with_digests=True), newline="")):
        assert [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_digests_are_left_out_where_they_are_not_wanted() -> None:
    assert "5a5a" not in render_table([make.sighting()], with_digests=False)


@given(st.text(max_size=300))
def test_arbitrary_text_is_a_table_or_refused(text: str) -> None:
    for untrusted in (text, ",".join(COLUMNS) + "\r\n" + text):
        with suppress(Invalid):
            assert len(parse_table(untrusted)) <= SIGHTINGS_MAX


LINE = "https://a.test/,2026-05-04T00:00:00Z,2026-05-04T00:00:00Z,,,,"


@pytest.mark.parametrize(
    "line",
    [
        LINE.replace("https", "ftp"),
        LINE.replace("2026-05-04T00:00:00Z", "yesterday"),
        LINE.replace("Z,", ","),
        LINE + ",more,and,more",
        "https://a.test/",
        LINE[:-3] + "x,,",
        '"' + LINE,
    ],
)
def test_a_broken_line_is_refused(line: str) -> None:
    assert len(parse_table(",".join(COLUMNS) + "\r\n" + LINE + "\r\n")) == 1
    with pytest.raises(Invalid):
        parse_table(",".join(COLUMNS) + "\r\n" + line + "\r\n")


def test_a_table_is_bounded() -> None:
    with pytest.raises(Invalid):
        parse_table("x" * (TABLE_CHARACTERS_MAX + 1))
    with pytest.raises(Invalid):
        parse_table(",".join(COLUMNS) + "\r\n" + (LINE + "\r\n") * (SIGHTINGS_MAX + 1))
    with pytest.raises(Invalid):
        parse_table("")


def test_both_kinds_of_address_are_read() -> None:
    table = render_table([make.sighting(address=ipaddress.ip_address("2001:db8::1"))], with_digests=True)
    assert str(parse_table(table)[0].address) == "2001:db8::1"
