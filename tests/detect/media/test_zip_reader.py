"""Zip: what is listed, what is refused before anything is unpacked, and what mutants do."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detect.media.archives import MEMBERS, contents, read_at, zip_of
from tests.security.container_bombs import BOMBS, central, end, local
from tutela.detect.media.members import Entry, Meter
from tutela.detect.media.shapes import FORENSIC, WEB
from tutela.detect.media.troubles import DecodeTrouble
from tutela.detect.media.zip_reader import read_zip


def entries(data: bytes) -> list[Entry]:
    return list(read_zip(read_at(data), len(data), Meter(WEB, len(data))))


def unpacked(data: bytes) -> dict[str, bytes]:
    return contents(read_zip(read_at(data), len(data), Meter(WEB, len(data))))


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_each_method_gives_the_members(method: int) -> None:
    assert unpacked(zip_of(method=method)) == MEMBERS


NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20
).filter(lambda name: not name.endswith("/"))


@given(st.dictionaries(NAMES, st.binary()))
@settings(max_examples=40)
def test_what_zipfile_wrote_is_read_as_zipfile_reads_it(members: dict[str, bytes]) -> None:
    data = zip_of(members)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        expected = {info.orig_filename: archive.read(info) for info in archive.infolist()}
    assert unpacked(data) == expected


def test_an_empty_zip_has_no_members() -> None:
    assert unpacked(zip_of({})) == {}


def test_bytes_before_the_zip_shift_it() -> None:
    assert unpacked(b"#!/bin/sh\n" * 100 + zip_of()) == MEMBERS


def test_a_comment_behind_the_zip_is_no_obstacle() -> None:
    buffer = io.BytesIO(zip_of())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"c" * 65_000
    assert unpacked(buffer.getvalue()) == MEMBERS


@pytest.mark.slow
def test_zip64_is_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", allowZip64=True) as archive:
        with archive.open("large.bin", "w", force_zip64=True) as member:
            member.write(b"x" * 1000)
        for number in range(66_000):
            archive.writestr(f"{number}", b"")
    data = buffer.getvalue()
    found = contents(read_zip(read_at(data), len(data), Meter(FORENSIC, len(data))))
    assert len(found) == 66_001
    assert found["large.bin"] == b"x" * 1000


def test_a_streamed_zip_with_data_descriptors_is_read() -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

    buffer = Unseekable()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"first")
        archive.writestr("b", b"second")
    assert unpacked(buffer.getvalue()) == {"a": b"first", "b": b"second"}


def test_an_encrypted_member_is_a_locked_one() -> None:
    data = bytearray(zip_of({"a": b"secret"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (entry,) = entries(bytes(data))
    assert entry.trouble == ("unreadable", "encrypted")


def test_an_unknown_method_is_unreadable_and_the_next_member_is_not() -> None:
    data = bytearray(zip_of({"a": b"one", "b": b"two"}))
    data[data.index(b"PK\x01\x02") + 10] = 99
    first, second = entries(bytes(data))
    assert first.trouble == ("unreadable", "packing")
    assert b"".join(second.chunks) == b"two"


def test_a_symbolic_link_is_not_followed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, b"/etc/passwd")
    (entry,) = entries(buffer.getvalue())
    assert entry.trouble == ("not_media", "link")


def test_a_wrong_check_sum_makes_the_member_unreadable() -> None:
    data = bytearray(zip_of({"a": b"tutela" * 100}, zipfile.ZIP_STORED))
    data[60] ^= 1
    (entry,) = entries(bytes(data))
    with pytest.raises(DecodeTrouble, match="broken"):
        b"".join(entry.chunks)


@pytest.mark.parametrize("bomb", ["shared_local_header", "quoted_local_headers"])
def test_overlaps_are_refused_before_the_first_member(bomb: str) -> None:
    data = BOMBS[bomb]()
    with pytest.raises(DecodeTrouble, match="overlap"):
        next(read_zip(read_at(data), len(data), Meter(WEB, len(data))))


def test_a_local_header_that_is_longer_than_it_may_be_overlaps() -> None:
    first, second = local(b"a", 3, 3, 0, 0), local(b"b", 3, 3, 0, 0)
    stretched = first[:26] + (200).to_bytes(2, "little") + first[28:]
    body = stretched + b"abc" + second + b"def"
    directory = central(b"a", 0, 3, 3, 0, 0) + central(b"b", len(first) + 3, 3, 3, 0, 0)
    opened = entries(body + directory + end(2, len(directory), len(body)))
    with pytest.raises(DecodeTrouble, match="overlap"):
        b"".join(opened[0].chunks)


@pytest.mark.parametrize("data", [b"PK\x05\x06", b"PK\x03\x04" + bytes(100), zip_of()[:-30], zip_of()[40:]])
def test_a_zip_without_its_directory_is_broken(data: bytes) -> None:
    with pytest.raises(DecodeTrouble):
        entries(data)


@given(st.binary(max_size=200), st.integers(0, 3))
def test_any_bytes_are_entries_or_trouble(data: bytes, times: int) -> None:
    both = b"PK\x03\x04" + data + b"PK\x01\x02" * times + data[:100] + end(times, 46 * times, 4 + len(data))
    try:
        entries(both)
    except DecodeTrouble as found:
        assert found.kind in ("unreadable", "refused")  # noqa: PT017 - either outcome is right


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=6))
@settings(max_examples=300)
def test_a_mutated_zip_gives_entries_or_trouble(position: int, value: bytes) -> None:
    data = bytearray(MUTATED)
    at = position % len(data)
    data[at : at + len(value)] = value
    try:
        for entry in read_zip(read_at(bytes(data)), len(data), Meter(WEB, len(data))):
            b"".join(entry.chunks)
    except DecodeTrouble as found:
        assert found.kind in ("unreadable", "refused")  # noqa: PT017 - either outcome is right


MUTATED = zip_of({"a.txt": b"first" * 9, "b.bin": bytes(range(200)), "c": b""})
