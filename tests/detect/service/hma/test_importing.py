from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.detect.service.hma import exports
from tests.detect.service.hma.desk import Desk
from tutela.detect.service.changes import Change, MemoryChangeLog
from tutela.detect.service.hma import importing
from tutela.detect.service.hma.importing import (
    Labels,
    check_export,
    open_export,
    standing_lists,
    take_over,
)
from tutela.kernel.errors import Conflict, Invalid, Unavailable

LABELS = Labels(legal_class="csam", law="a law")


def written(folder: Path, text: str) -> Path:
    path = folder / "dump.sql"
    path.write_text(text)
    return path


def imported(path: Path) -> MemoryChangeLog:
    log = MemoryChangeLog()
    export = open_export(path)
    check_export(export, standing_lists(log))
    take_over(export, log, LABELS)
    return log


def rows(changes: list[Change]) -> set[tuple[str, str, str, str, str]]:
    entries = [(change.list, entry) for change in changes for entry in change.entries]
    return {(name, one.entry, one.kind, one.value.hex(), one.note) for name, one in entries}


EXPECTED = {
    ("SHOP_KNOWN", "hma-7", "pdq", exports.PDQ, "seen \t twice"),
    ("SHOP_KNOWN", "hma-7", "md5", exports.MD5, "seen \t twice"),
    ("SHOP_KNOWN", "hma-8", "pdq", exports.NEAR, ""),
    ("FROM_NCMEC", "hma-9", "pdq", exports.OTHER, ""),
}
SOURCES: dict[str, Callable[[Path], Path]] = {
    "dump": lambda folder: written(folder, exports.dump()),
    "saved": lambda folder: exports.saved(folder / "saved"),
    "saved lines": lambda folder: exports.saved(folder / "saved", lines=True),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_banks_contents_shares_and_switches_are_taken_over(
    tmp_path: Path, source: Callable[[Path], Path]
) -> None:
    changes = imported(source(tmp_path)).after(0)
    assert rows(changes) == EXPECTED
    created = {change.list: change.draft.header for change in changes if change.act == "create"}
    assert {header.legal_class for header in created.values() if header} == {"csam"}
    off = {
        (change.list, change.draft.ids, change.draft.until) for change in changes if change.act == "disable"
    }
    soon = datetime.fromtimestamp(exports.SOON, UTC)
    assert off == {("SHOP_KNOWN", ("hma-8",), None), ("FROM_NCMEC", ("hma-9",), soon)}


def test_a_bank_answers_nothing_before_all_of_it_is_there(tmp_path: Path) -> None:
    changes = imported(written(tmp_path, exports.dump())).after(0)
    shares = [(change.list, change.draft.ratio) for change in changes if change.act == "ratio"]
    assert shares == [("SHOP_KNOWN", 0), ("FROM_NCMEC", 0), ("SHOP_KNOWN", 1.0), ("FROM_NCMEC", 0.25)]
    acts = [change.act for change in changes]
    last_filling = max(place for place, act in enumerate(acts) if act in ("add", "disable"))
    assert acts[last_filling + 1 :] == ["ratio", "ratio"]


def test_what_cannot_be_matched_is_counted_and_the_exchange_is_named(tmp_path: Path) -> None:
    black = (11, "pdq", "0" * 64)
    path = written(
        tmp_path,
        exports.dump(contents=[*exports.CONTENTS, (11, 1, "1", "\\N")], signals=[*exports.SIGNALS, black]),
    )
    found = check_export(open_export(path), ())
    assert len(found.remarks) == 2 and all(remark.startswith("1 values left out") for remark in found.remarks)
    assert (found.values["SHOP_KNOWN"], found.disabled["SHOP_KNOWN"]) == (3, 1)
    header = next(change.draft.header for change in imported(path).after(0) if change.list == "FROM_NCMEC")
    assert header is not None and header.source == "HMA, exchange FROM_NCMEC"


def test_rows_come_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "ROWS_PER_CHANGE", 1)
    changes = imported(written(tmp_path, exports.dump())).after(0)
    assert rows(changes) == EXPECTED
    assert all(len(change.entries) <= 1 for change in changes)


def test_a_list_that_stands_is_not_overwritten(tmp_path: Path) -> None:
    log = imported(written(tmp_path, exports.dump()))
    assert standing_lists(log) == {"SHOP_KNOWN", "FROM_NCMEC"}
    with pytest.raises(Conflict, match="SHOP_KNOWN"):
        check_export(open_export(tmp_path / "dump.sql"), standing_lists(log))


WRONG = {
    "a wrong hash": (exports.dump(signals=[*exports.SIGNALS, (8, "pdq", "zz" * 32)]), "line 36: a pdq"),
    "a hash of wrong length": (exports.dump(signals=[(7, "video_md5", "ab")]), "line 31: a video_md5"),
    "a signal without content": (exports.dump(signals=[(99, "pdq", exports.PDQ)]), "line 31: a signal"),
    "a content without bank": (exports.dump(contents=[(7, 5, "1", "\\N")]), "not in the dump"),
    "a share above one": (exports.dump(banks=[(1, "A", "1.5", "\\N")]), "line 17: a ratio"),
    "a bank's name": (exports.dump(banks=[(1, "../A", "1", "\\N")]), "line 17: a bank's name"),
    "a number": (exports.dump(contents=[("x", 1, "1", "\\N")]), "a whole number"),
    "a time": (exports.dump(contents=[(7, 1, "9" * 14, "\\N")]), "disable_until_ts"),
    "a row with too few columns": (exports.dump(banks=[(1, "A")]), "line 17: 4 columns of bank"),
    "a cut dump": (exports.dump().partition("video_md5")[0], "is cut"),
    "no dump at all": ("CREATE TABLE x;\n", "no table bank"),
    "inserts": ("INSERT INTO public.bank VALUES (1);\n", "without --inserts"),
    "another table": (exports.dump().replace("enabled_ratio", "ratio"), "no column enabled_ratio"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_named_and_nothing_is_imported(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(Invalid, match=message) as error:
        check_export(open_export(path), ())
    assert exports.PDQ not in str(error.value) and "zz" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("banks.json", "[]", "no bank"),
        ("banks.json", "{", "not JSON"),
        ("banks.json", "[1]", "object"),
        ("banks.json", '[{"name": "A", "matching_enabled_ratio": true}]', "ratio"),
        ("one.json", '{"id": 1, "bank": "NOT_THERE"}', "not in banks.json"),
        ("one.json", '{"id": 1, "bank": {"name": "SHOP_KNOWN"}}', "include_signals"),
        ("one.json", '{"id": 1, "bank": "SHOP_KNOWN", "signals": {"pdq": 1}}', "a text"),
        ("one.json", '{"id": 1, "bank": "SHOP_KNOWN", "signals": {"pdq": "a"}, "note": 1}', "note"),
        ("one.json", '{"id": 1, "bank": "SHOP_KNOWN", "disable_until_ts": null}', "one.json: a content"),
        ("many.jsonl", '{"id": 1}\n', "many.jsonl line 1"),
    ],
)
def test_what_is_wrong_in_saved_answers_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    folder = exports.saved(tmp_path / "saved")
    (folder / name).write_text(text)
    with pytest.raises(Invalid, match=message):
        check_export(open_export(folder), ())


def test_a_dump_of_another_format_says_how_to_make_it_text(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(b"PGDMP\x01\x0f")
    with pytest.raises(Invalid, match="pg_restore"):
        open_export(tmp_path / "dump")
    (tmp_path / "latin").write_bytes(b"SET x\n-- \xff\n")
    with pytest.raises(Invalid, match="line 2: not UTF-8"):
        open_export(tmp_path / "latin")
    with pytest.raises(Unavailable):
        open_export(tmp_path / "not there")


def test_an_export_that_vanishes_meanwhile_is_unavailable(tmp_path: Path) -> None:
    export = open_export(written(tmp_path, exports.dump()))
    (tmp_path / "dump.sql").unlink()
    with pytest.raises(Unavailable):
        check_export(export, ())


def test_contents_keep_the_numbers_that_clients_know(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "home")
    take_over(open_export(written(tmp_path, exports.dump())), desk.log, LABELS)
    assert desk.shelf.wait(desk.log.head(), 2).applied
    asked = {"signal": exports.PDQ, "signal_type": "pdq"}
    assert desk.get("/m/lookup", **asked) == {"SHOP_KNOWN": [{"bank_content_id": 7, "distance": "0"}]}
    assert [desk.get(f"/c/bank/SHOP_KNOWN/content/{number}")["disable_until_ts"] for number in (7, 8)] == [
        1,
        0,
    ]
    assert desk.get("/c/bank/FROM_NCMEC/content/9")["disable_until_ts"] == exports.SOON
    assert desk.get("/c/bank/FROM_NCMEC")["matching_enabled_ratio"] == 0.25
    desk.close()
