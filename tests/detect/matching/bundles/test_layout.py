"""The file: lines, sections, sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.bundles.making import NORTH, SOUTH, draft, sealed
from tutela.detect.matching.bundles import layout
from tutela.detect.matching.bundles.layout import (
    Header,
    parse_header,
    render_header,
    render_signed,
    take_apart,
)

DRAFT = draft()
FILE = sealed(DRAFT)
HEADER_END = FILE.index(b"\n", 30) + 1


def test_a_file_comes_apart_as_it_was_put_together() -> None:
    parts = take_apart(FILE)
    assert parts.header.content == DRAFT.content
    assert parts.exact == DRAFT.exact
    assert len(parts.prints) == DRAFT.content.prints.size_bytes  # type: ignore[union-attr]  # this draft has some
    assert parts.signed + parts.signature == FILE
    assert render_signed(parts.header, [*parts.exact, parts.prints]) == parts.signed


@given(st.lists(st.sampled_from([NORTH, SOUTH]), max_size=4))
def test_a_header_comes_back_as_it_was(houses: list[object]) -> None:
    approvals = tuple(house.approves(DRAFT.content) for house in houses)  # type: ignore[attr-defined]  # houses
    header = Header(content=DRAFT.content, approvals=approvals)
    assert parse_header(render_header(header)) == header


def test_a_list_without_pdq_values_has_no_such_section() -> None:
    assert take_apart(sealed(draft(perceptual=False))).prints == b""


@pytest.mark.parametrize(
    "length", [0, 5, 20, 21, 60, HEADER_END - 1, HEADER_END, len(FILE) - 65, len(FILE) - 1]
)
def test_a_file_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="cut off"):
        take_apart(FILE[:length])


@given(st.binary(max_size=400))
def test_no_bytes_are_taken_for_a_list(raw: bytes) -> None:
    for untrusted in (raw, FILE[:21] + raw, FILE + raw + b"\0"):
        with pytest.raises(ValueError, match=r"\w"):
            take_apart(untrusted)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b"TUTELA-DEVICE-LIST 1", b"TUTELA-LIST 1", "does not begin"),
        (b"TUTELA-DEVICE-LIST 1", b"TUTELA-DEVICE-LIST 2", "a newer release"),
        (b"TUTELA-DEVICE-LIST 1", b"TUTELA-DEVICE-LIST one", "no format version"),
        (b'{"approvals":', b'{ "approvals":', "canonically"),
        (b'{"approvals":', b'{"a":1,"approvals":', "does not know"),
        (b'[{"jurisdiction"', b'[{"a":1,"jurisdiction"', "does not know"),
    ],
)
def test_another_beginning_is_refused(before: bytes, after: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        take_apart(FILE.replace(before, after, 1))


def test_files_and_headers_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "HEADER_BYTES_MAX", HEADER_END - 30)
    with pytest.raises(ValueError, match="longer than"):
        render_signed(take_apart_header(), DRAFT.exact)
    with pytest.raises(ValueError, match="cut off"):
        take_apart(FILE)
    monkeypatch.setattr(layout, "BUNDLE_BYTES_MAX", len(FILE) - 1)
    with pytest.raises(ValueError, match="at most"):
        take_apart(FILE)


def take_apart_header() -> Header:
    approvals = (NORTH.approves(DRAFT.content), SOUTH.approves(DRAFT.content))
    return replace(Header(content=DRAFT.content, approvals=()), approvals=approvals)
