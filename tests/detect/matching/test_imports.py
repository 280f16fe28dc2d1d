from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.detect.matching.listings import OPTIONS, SALT, header
from tutela.detect.matching.columns import columns_of
from tutela.detect.matching.disputes import Disputes
from tutela.detect.matching.imports import collect, import_list, report_of, without_poison, write_marked
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.tlist import open_list
from tutela.kernel.errors import Invalid, Unavailable

ONE, TWO, EMPTY = "0a" * 16, "0b" * 16, "d41d8cd98f00b204e9800998ecf8427e"


def csv_list(folder: Path, *rows: str, name: str = "list.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(["kind,value,entry,class", *rows]) + "\n", "utf-8")
    return file


def test_an_import_is_reported_in_counts(tmp_path: Path) -> None:
    rows = f"md5,{ONE},a,csam", f"md5,{ONE},b,exploitative", f"md5,{TWO},c,", f"md5,{TWO},d,"
    report = import_list([csv_list(tmp_path, *rows)], tmp_path / "out.tlist", header(), "csv", OPTIONS)
    assert (report.entries, report.values, report.kinds) == (4, 4, {"md5": 4})
    assert (report.disputed, report.duplicates) == (2, 2)
    view = open_list(tmp_path / "out.tlist")
    assert sorted((entry.entry, entry.disputed) for entry in view.entries()) == [
        ("a", True),
        ("b", True),
        ("c", False),
        ("d", False),
    ]


@pytest.mark.parametrize("lines", [[], [ONE], [ONE, TWO], [ONE, TWO, ONE]])
def test_short_plain_lists_are_lists(tmp_path: Path, lines: list[str]) -> None:
    file = tmp_path / "list.txt"
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    options = ReadOptions(salt=SALT, kind="md5")
    report = import_list([file], tmp_path / "out.tlist", header(), "text", options)
    assert report.values == len(lines)
    assert report.duplicates == len(lines) - len(set(lines))
    open_list(tmp_path / "out.tlist").verify()


def test_values_that_everybody_has_are_left_out_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text(f"{ONE}\n{EMPTY}\n{EMPTY.upper()}\n", "utf-8")
    options = ReadOptions(salt=SALT, kind="md5")
    report = import_list([file], tmp_path / "out.tlist", header(), "text", options)
    assert report.values == 1
    assert [remark.split()[0] for remark in report.remarks] == ["2"]


@pytest.mark.parametrize("target_exists", [True, False])
def test_a_wrong_line_is_named_and_nothing_is_half_imported(tmp_path: Path, *, target_exists: bool) -> None:
    target = tmp_path / "out.tlist"
    if target_exists:
        import_list([csv_list(tmp_path, f"md5,{ONE},a,")], target, header(), "csv", OPTIONS)
    before = target.read_bytes() if target_exists else None
    bad = csv_list(tmp_path, f"md5,{TWO},a,", "md5,xyz,b,", name="bad.csv")
    with pytest.raises(Invalid, match=r"bad.csv: line 3"):
        import_list([bad], target, header(), "csv", OPTIONS)
    assert (target.read_bytes() if target.exists() else None) == before
    assert {path.name for path in tmp_path.iterdir()} <= {"out.tlist", "list.csv", "bad.csv"}


def test_a_target_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    file = csv_list(tmp_path, f"md5,{ONE},a,")
    with pytest.raises(Unavailable, match="could not be written"):
        import_list([file], tmp_path / "none" / "out.tlist", header(), "csv", OPTIONS)


def test_a_missing_source_is_invalid(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no such file"):
        import_list([tmp_path / "none.csv"], tmp_path / "out.tlist", header(), "csv", OPTIONS)
    assert os.listdir(tmp_path) == []


def test_collect_leaves_poison_out() -> None:
    entries = [
        ListEntry(entry="a", kind="md5", value=bytes.fromhex(EMPTY)),
        ListEntry(entry="b", kind="url", value=b"\x00" * 32),
    ]
    tally = Tally()
    assert [entry.entry for entry in without_poison(entries, tally)] == ["b"]
    assert len(collect(iter(entries), tally).rows) == 1
    assert tally.sentences()[0].startswith("2 ")


def test_write_marked_marks_what_contradicts(tmp_path: Path) -> None:
    entries = [
        ListEntry(entry=name, kind="md5", value=bytes.fromhex(ONE), legal_class=name)
        for name in ("csam", "x")
    ]
    disputes = write_marked(tmp_path / "out.tlist", header(), columns_of(entries))
    assert disputes == Disputes(disputed=2, duplicates=1)
    assert report_of(tmp_path / "out.tlist", disputes, Tally()).disputed == 2
