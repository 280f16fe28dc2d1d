"""A list as one file: round trip, quick opening, and every kind of damage named."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detect.matching.making import entry, header, many_entries, value
from tutela.detect.matching.columns import columns_of
from tutela.detect.matching.index import BUCKETED, BUCKETED_FROM
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.tlist import open_list, write_columns, write_list
from tutela.kernel.errors import Invalid, Unavailable


@settings(max_examples=20)
@given(seed=st.integers(0, 1 << 30), count=st.integers(0, 60))
def test_list_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int
) -> None:
    path = tmp_path_factory.mktemp("lists") / "a.tlist"
    entries = many_entries(seed, count)
    write_list(path, header(salt=b"s" * 32), iter(entries))
    view = open_list(path)
    assert list(view.entries()) == entries
    assert view.header == header(salt=b"s" * 32)
    assert view.version == "1"
    assert view.parts() == (view,)
    view.verify()


def test_same_entries_make_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_list(tmp_path / name, header(salt=b"s" * 32), many_entries(1, 100))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_salt_is_drawn_where_none_was_given(tmp_path: Path) -> None:
    write_list(tmp_path / "a", header(), [])
    write_list(tmp_path / "b", header(), [])
    assert len(open_list(tmp_path / "a").header.salt) == 32
    assert open_list(tmp_path / "a").header.salt != open_list(tmp_path / "b").header.salt


@pytest.mark.parametrize("count", [0, 1, 2, BUCKETED_FROM - 1, BUCKETED_FROM])
def test_index_of_any_size_finds_its_own(tmp_path: Path, count: int) -> None:
    raw = np.random.default_rng(1).integers(0, 256, (count, 32), dtype=np.uint8)
    write_list(tmp_path / "a", header(), (entry(str(n), "pdq", raw[n].tobytes()) for n in range(count)))
    view = open_list(tmp_path / "a")
    view.verify()
    queries = raw[:: max(1, count // 50)].view("<u8").reshape(-1, 4)
    hits = view.near(queries, 31, batch=True, per_query_max=5)
    assert [view.entry_id(row) for row in hits.ids.tolist()] == [
        str(n) for n in range(0, count, max(1, count // 50))
    ]


def test_wrong_entry_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="entry number 2: a md5 value has 16 bytes"):
        write_list(tmp_path / "a", header(), [entry("a", "md5", value(1, 16)), entry("b", "md5", b"")])
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        write_list(tmp_path / "no" / "a", header(), [])


def test_missing_and_foreign_files_are_invalid(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no such list"):
        open_list(tmp_path / "none")
    (tmp_path / "csv").write_text("kind,value\nmd5,00\n")
    with pytest.raises(Invalid, match="not a tutela list"):
        open_list(tmp_path / "csv")


def test_opening_reports_cuts_and_verify_reports_changed_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_list(path, header(), many_entries(2, 300))
    whole = path.read_bytes()
    for size in range(0, len(whole) - 4096, 997):
        path.write_bytes(whole[:size])
        with pytest.raises(Invalid):
            open_list(path)
    damaged = bytearray(whole)
    damaged[whole.index(b"ent_1")] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(Invalid, match="ids_text"):
        open_list(path).verify()


@settings(max_examples=50)
@given(data=st.data())
def test_changed_bytes_never_do_more_than_raise_invalid(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Numbers anywhere in the sections, as an attacker may set them: wrong answers, never a crash."""
    path = tmp_path_factory.mktemp("hostile") / "a"
    write_list(path, header(salt=b"s" * 32), HOSTILE_BASE)
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        place = data.draw(st.integers(4096, len(raw) - 9))
        raw[place : place + 4] = data.draw(st.sampled_from([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\x80"]))
    path.write_bytes(raw)
    queries = np.frombuffer(b"".join(one.value for one in HOSTILE_BASE[:4]), "<u8").reshape(-1, 4)
    try:
        view = open_list(path)
        for row in range(len(view)):
            view.entry(row)
        view.near(queries, 31, batch=False, per_query_max=9)
        view.near_frames(queries, 31, per_query_max=9)
        view.exact("md5", [value(1, 16)], per_query_max=9)
        view.rows_of("0")
        view.verify()
    except Invalid:
        pass


HOSTILE_BASE = [entry(str(n), "pdq", value(n)) for n in range(6)] + [entry("f", "vpdq", value(9, 96))]


def test_bucket_tables_that_lie_are_found_by_verify_and_do_no_harm(tmp_path: Path) -> None:
    """The digests fit, since the liar computed them anew; the contents contradict themselves."""
    entries = [entry(str(n), "pdq", value(n)) for n in range(BUCKETED_FROM)]
    write_list(tmp_path / "a", header(), entries)
    view = open_list(tmp_path / "a")
    tables = view.arrays["pdq_entries"].copy()
    tables[:, :, 3] = 0xFFFFFFFF
    lying = open_list(tmp_path / "a")
    lying.arrays = dict(view.arrays) | {"pdq_entries": tables}
    lying._pdq = lying._searchable("pdq", view.arrays["pdq_hashes"], BUCKETED)
    with pytest.raises((ValueError, Invalid)):
        lying.near(view.arrays["pdq_hashes"][:50], 31, batch=True, per_query_max=9)
    with pytest.raises(Invalid, match="contradicts"):
        lying.verify()


def test_references_that_lead_nowhere_are_found_by_verify(tmp_path: Path) -> None:
    columns = columns_of(many_entries(3, 50))
    write_columns(tmp_path / "a", header(), columns)
    view = open_list(tmp_path / "a")
    for name, wrong in {
        "md5_rows": np.full_like(view.arrays["md5_rows"], 999),
        "labels": np.full_like(view.arrays["labels"], 999),
        "group_order": np.full_like(view.arrays["group_order"], 999),
        "md5_values": view.arrays["md5_values"][::-1],
    }.items():
        view = open_list(tmp_path / "a")
        view.arrays = dict(view.arrays) | {name: wrong}
        view._digests["md5"] = np.ascontiguousarray(view.arrays["md5_values"]).reshape(-1).view("S16")
        with pytest.raises(Invalid, match="contradicts"):
            view.verify()


def test_rows_of_unknown_kinds_are_found_by_verify(tmp_path: Path) -> None:
    write_list(tmp_path / "a", header(), many_entries(3, 50))
    view = open_list(tmp_path / "a")
    view.rows = view.rows.copy()
    view.rows["kind"] = 99
    with pytest.raises(Invalid, match="unknown kind"):
        view.verify()


def test_disputed_entries_keep_their_mark(tmp_path: Path) -> None:
    one = entry("a", "md5", value(1, 16), disputed=True)
    both: list[ListEntry] = [one, replace(one, entry="b", category="other")]
    write_list(tmp_path / "a", header(), both)
    assert [found.disputed for found in open_list(tmp_path / "a").entries()] == [True, True]


def test_a_list_that_may_not_be_read_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_list(tmp_path / "a", header(), [])

    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(Unavailable, match="Permission denied"):
        open_list(tmp_path / "a")
