"""The file: lines, sections, sizes."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.bundles.making import NORTH, PUBLISHER, SOUTH, draft, entries, sealed
from tutela.detect.matching.bundles import layout
from tutela.detect.matching.bundles.buckets import fill_buckets
from tutela.detect.matching.bundles.content import ExactSection
from tutela.detect.matching.bundles.layout import (
    Header,
    parse_header,
    render_header,
    render_signed,
    take_apart,
)
from tutela.detect.matching.bundles.sealing import Draft

DRAFT = draft()
FILE = sealed(DRAFT)
#: SHA-256 of the file of ``test_the_format_stays_as_it_is``.
GOLDEN = "f0e0ee631b07d8e310746a60682c9a13ca057044213bda97054dd4fba6a07930"
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


def test_the_format_stays_as_it_is() -> None:
    """The same list, salt and keys gave this file when format 1 was made (Ed25519 signatures are fixed)."""
    north, south, publisher = (
        replace(house, private=Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))
        for number, house in enumerate((NORTH, SOUTH, PUBLISHER), 1)
    )
    fixed = replace(
        DRAFT.content, publisher=publisher.party, prints=None, device_perceptual=False, salt=bytes(32)
    )
    refilled = [
        fill_buckets(kind, [one.value for one in entries() if one.kind == kind], bytes(32))
        for kind in ("sha256", "sha1", "md5")
    ]
    exact = tuple(
        ExactSection(shape=shape, sha256=hashlib.sha256(section).digest()) for shape, section in refilled
    )
    made = Draft(
        content=replace(fixed, exact=exact), exact=tuple(section for _, section in refilled), clear_prints=b""
    )
    file = sealed(made, north, south, publisher=publisher)
    assert hashlib.sha256(file).hexdigest() == GOLDEN
