from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

import pytest

from tests.detect.matching.listings import CREATED, header, value_of
from tutela.detect.matching.exports import FORMATS, RECORD_ENDING, ExportRecord, export_list
from tutela.detect.matching.live import open_any
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.tlist import write_list
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid, Unavailable

LISTED = [ListEntry(entry="a", kind=kind, value=value_of(kind, 1)) for kind in ("md5", "pdq", "url")]


def export(
    folder: Path, format_name: str, *, to: tuple[str, str] = ("Hotline X", "matching"), kind: str = ""
) -> ExportRecord:
    write_list(folder / "x.tlist", header(), LISTED)
    source = open_any(folder / "x.tlist")
    return export_list(source, folder / "out", format_name, to=to, kind=kind, clock=FixedClock(CREATED))


@pytest.mark.parametrize(("format_name", "values"), [("csv", 3), ("jsonl", 3), ("text", 1)])
def test_an_export_is_recorded_beside_it(tmp_path: Path, format_name: str, values: int) -> None:
    record = export(tmp_path, format_name, kind="md5")
    raw = (tmp_path / "out").read_bytes()
    assert json.loads((tmp_path / f"out{RECORD_ENDING}").read_text("utf-8")) == {
        "list": "sample",
        "version": "1",
        "format": format_name,
        "values": values,
        "recipient": "Hotline X",
        "purpose": "matching",
        "created": "2026-01-02T03:04:05Z",
        "file": "out",
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    assert record.values == values
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600


@pytest.mark.parametrize("to", [("", "matching"), ("Hotline X", "  ")])
def test_a_list_leaves_only_for_a_named_recipient_and_purpose(tmp_path: Path, to: tuple[str, str]) -> None:
    with pytest.raises(Invalid, match="named recipient"):
        export(tmp_path, "csv", to=to)
    assert [path.name for path in tmp_path.iterdir()] == ["x.tlist"]


@pytest.mark.parametrize(("format_name", "kind"), [("text", ""), ("pst", ""), ("text", "url")])
def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path, format_name: str, kind: str) -> None:
    with pytest.raises(Invalid, match="|".join(FORMATS)):
        export(tmp_path, format_name, kind=kind)
    assert [path.name for path in tmp_path.iterdir()] == ["x.tlist"]


def test_a_target_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(Unavailable, match="could not be written"):
        export(tmp_path, "csv")
