"""7z: members, coders, dictionaries, locked archives, mutants."""

from __future__ import annotations

import io

import py7zr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detect.media.archives import MEMBERS, contents, sevenzip_of
from tests.security.container_bombs import BOMBS
from tutela.detect.media import sevenzip_reader
from tutela.detect.media.members import Meter
from tutela.detect.media.sevenzip_reader import read_7z
from tutela.detect.media.shapes import WEB, Limits
from tutela.detect.media.troubles import DecodeTrouble


def unpacked(data: bytes, limits: Limits = WEB) -> dict[str, bytes]:
    return contents(read_7z(io.BytesIO(data), len(data), Meter(limits, len(data))))


FILTERS = {
    "lzma2": [{"id": py7zr.FILTER_LZMA2, "preset": 1}],
    "lzma": [{"id": py7zr.FILTER_LZMA, "preset": 1}],
    "delta": [{"id": py7zr.FILTER_DELTA}, {"id": py7zr.FILTER_LZMA2, "preset": 1}],
    "bzip2": [{"id": py7zr.FILTER_BZIP2}],
    "deflate": [{"id": py7zr.FILTER_DEFLATE}],
    "ppmd": [{"id": py7zr.FILTER_PPMD, "order": 6, "mem": 24}],
    "copy": [{"id": py7zr.FILTER_COPY}],
}


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_each_method_gives_the_members(name: str) -> None:
    assert unpacked(sevenzip_of(filters=FILTERS[name])) == MEMBERS


def test_several_folders_are_read_one_after_the_other() -> None:
    buffer = io.BytesIO(sevenzip_of({"a": b"one"}))
    with py7zr.SevenZipFile(buffer, "a") as archive:
        archive.writestr(b"two", "b")
    assert unpacked(buffer.getvalue()) == {"a": b"one", "b": b"two"}


def test_members_that_are_left_alone_are_unpacked_past() -> None:
    data = sevenzip_of({str(number): bytes([number]) * 50 for number in range(5)})
    found = {}
    for number, entry in enumerate(read_7z(io.BytesIO(data), len(data), Meter(WEB, len(data)))):
        if number % 2:
            found[entry.path] = b"".join(entry.chunks)
    assert found == {"1": b"\1" * 50, "3": b"\3" * 50}


@pytest.mark.parametrize("header", [False, True])
def test_a_locked_archive_is_unreadable(header: bool) -> None:
    data = sevenzip_of({"a": b"secret"}, password="open sesame", header_encryption=header)
    with pytest.raises(DecodeTrouble, match="encrypted"):
        unpacked(data)


def test_a_dictionary_above_the_limit_is_refused_before_it_is_made() -> None:
    with pytest.raises(DecodeTrouble, match="dictionary"):
        unpacked(BOMBS["sevenzip_dictionary"]())
    data = sevenzip_of(filters=[{"id": py7zr.FILTER_PPMD, "order": 6, "mem": 24}])
    with pytest.raises(DecodeTrouble, match="dictionary"):
        unpacked(data, Limits(dictionary_bytes_max=1 << 20))


def test_a_packed_header_is_checked_for_its_dictionary_too() -> None:
    data = sevenzip_of({"a" * 200: b"x"})
    with pytest.raises(DecodeTrouble, match="dictionary"):
        unpacked(data, Limits(dictionary_bytes_max=1 << 10))


def test_a_wrong_check_sum_makes_the_member_unreadable() -> None:
    data = bytearray(sevenzip_of({"a": b"tutela" * 10, "b": b"fine"}, filters=FILTERS["copy"]))
    data[40] ^= 1
    with pytest.raises(DecodeTrouble, match="broken"):
        unpacked(bytes(data))


def test_without_py7zr_the_archive_is_counted_as_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sevenzip_reader, "AVAILABLE", False)
    with pytest.raises(DecodeTrouble, match="archives"):
        unpacked(sevenzip_of())
    sevenzip_reader.warm()


@given(st.integers(0, 100_000), st.binary(min_size=1, max_size=8))
@settings(max_examples=300)
def test_a_mutated_7z_gives_entries_or_trouble(position: int, value: bytes) -> None:
    data = bytearray(MUTATED)
    at = position % len(data)
    data[at : at + len(value)] = value
    try:
        unpacked(bytes(data))
    except DecodeTrouble as found:
        assert found.kind in ("unreadable", "refused")  # noqa: PT017 - either outcome is right


@given(st.binary(max_size=200))
def test_any_bytes_are_entries_or_trouble(data: bytes) -> None:
    with pytest.raises(DecodeTrouble):
        unpacked(b"7z\xbc\xaf\x27\x1c" + data)


MUTATED = sevenzip_of({"a.txt": b"first" * 9, "b.bin": bytes(range(200)), "c": b""})
