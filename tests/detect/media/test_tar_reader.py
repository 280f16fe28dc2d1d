"""Tar, plain and packed, and single packed files."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detect.media.archives import MEMBERS, contents, tar_of
from tutela.detect.media.members import Entry, Meter
from tutela.detect.media.shapes import WEB
from tutela.detect.media.tar_reader import _pax_records, looks_like_tar, read_packed, read_tar
from tutela.detect.media.troubles import DecodeTrouble

LONG = "folder/" * 60 + "name.jpg"
FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}


def entries(data: bytes) -> list[Entry]:
    return list(read_tar(io.BytesIO(data).read, len(data), Meter(WEB, len(data))))


def unpacked(data: bytes) -> dict[str, bytes]:
    return contents(read_tar(io.BytesIO(data).read, len(data), Meter(WEB, len(data))))


def unpacked_from(data: bytes, kind: str) -> dict[str, bytes]:
    return contents(read_packed(io.BytesIO(data).read, kind, Meter(WEB, len(data))))


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_each_format_gives_the_members(form: str) -> None:
    assert unpacked(tar_of(form=FORMATS[form])) == MEMBERS


@pytest.mark.parametrize("form", ["gnu", "pax"])
def test_long_and_foreign_names_are_kept(form: str) -> None:
    members = {LONG: b"one", "gr\u00fc\u00df \u0434.jpg": b"two"}
    assert unpacked(tar_of(members, form=FORMATS[form])) == members


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz"])
def test_a_packed_tar_gives_its_members(kind: str) -> None:
    assert unpacked_from(tar_of(mode=f"w:{kind}"), kind) == MEMBERS


@pytest.mark.parametrize(
    ("kind", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
)
@pytest.mark.parametrize("data", [b"", b"short", bytes(range(256)) * 50])
def test_a_packed_file_is_one_member_without_a_name(kind: str, pack: object, data: bytes) -> None:
    assert unpacked_from(pack(data), kind) == {"": data}  # type: ignore[operator]


def test_members_that_are_left_alone_are_passed_over() -> None:
    found = [entry.path for entry in entries(tar_of())]
    assert found == list(MEMBERS)


def test_links_and_devices_are_named_and_skipped() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (("hard", tarfile.LNKTYPE), ("soft", tarfile.SYMTYPE), ("dev", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("file")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"data"))
    found = entries(buffer.getvalue())
    assert [(entry.path, entry.trouble) for entry in found[:3]] == [
        (name, ("not_media", "link")) for name in ("hard", "soft", "dev")
    ]
    assert unpacked(buffer.getvalue()) == {"file": b"data"}


def test_a_sparse_member_is_unreadable_and_the_next_is_not() -> None:
    sparse = tarfile.TarInfo("sparse")
    sparse.type, sparse.size = b"S", 512
    data = sparse.tobuf(tarfile.GNU_FORMAT) + bytes(512) + tar_of({"next": b"data"})
    found = entries(data)
    assert found[0].trouble == ("unreadable", "packing")
    assert unpacked(data) == {"next": b"data"}


def test_a_broken_header_is_not_taken_for_the_end() -> None:
    data = bytearray(tar_of({"a": b"one", "b": b"two"}, form=tarfile.USTAR_FORMAT))
    data[1024 + 10] ^= 0xFF
    with pytest.raises(DecodeTrouble, match="walk_broken"):
        entries(bytes(data))


def test_a_tar_that_is_cut_off_says_so() -> None:
    data = tar_of({"a": bytes(5000), "b": bytes(5000)}, form=tarfile.USTAR_FORMAT)
    with pytest.raises(DecodeTrouble, match="walk_broken"):
        entries(data[:7000])


@pytest.mark.parametrize("size", [1 << 40, (1 << 63) - 1])
def test_a_member_larger_than_all_that_could_come_is_refused(size: int) -> None:
    info = tarfile.TarInfo("huge")
    info.size = size
    with pytest.raises(DecodeTrouble, match="declared"):
        entries(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))


def test_a_name_that_declares_a_gigabyte_is_refused() -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = b"L", 1 << 30
    data = gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(4096))
    with pytest.raises(DecodeTrouble, match="declared"):
        unpacked_from(data, "gz")


def test_a_tar_is_known_by_its_check_sum() -> None:
    old = tarfile.TarInfo("v7").tobuf(tarfile.USTAR_FORMAT)
    assert looks_like_tar(old)
    assert not looks_like_tar(bytes(512))
    assert not looks_like_tar(b"x" * 512)
    assert not looks_like_tar(b"short")


@given(st.integers(0, 100_000), st.binary(min_size=1, max_size=12), st.sampled_from(["", "gz", "xz"]))
@settings(max_examples=300)
def test_a_mutated_tar_gives_entries_or_trouble(position: int, value: bytes, kind: str) -> None:
    data = bytearray(MUTATED[kind])
    at = position % len(data)
    data[at : at + len(value)] = value
    try:
        unpacked_from(bytes(data), kind) if kind else unpacked(bytes(data))
    except DecodeTrouble as found:
        assert found.kind in ("unreadable", "refused")  # noqa: PT017 - either outcome is right


_SMALL = {LONG: b"one", "b": bytes(range(256)), "c": b""}
MUTATED = {"": tar_of(_SMALL), "gz": tar_of(_SMALL, mode="w:gz"), "xz": tar_of(_SMALL, mode="w:xz")}


def test_a_pax_record_without_a_length_ends_the_records() -> None:
    assert list(_pax_records(b"0 path=a\n11 path=bb\n")) == []
    assert list(_pax_records(b"11 path=bb\n")) == [("path", "bb")]
