"""``tutela scan``: folders, archives, lists of paths and buckets; output folder, resume, exit codes."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.commands.looking_calls import Call, World, make_world
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import write_list

EXPECTED = {
    "known.jpg": "known", "copy.png": "candidate", "other.jpg": "unknown", "note.txt": "unknown",
    "broken.jpg": "unreadable", "inside.zip": "unknown", "inside.zip!/in/known.jpg": "known",
    "inside.zip!/in/note.txt": "unknown",
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    return Call(capsys)


@pytest.mark.parametrize("engine", ["threads", "serial"])
def test_every_file_and_member_gets_its_finding(call: Call, world: World, engine: str) -> None:
    assert call("scan", world.files, "--list", world.listed, "--json", "--engine", engine) == 1
    assert call.statuses() == EXPECTED


def test_an_output_folder_holds_everything_and_is_taken_up(call: Call, world: World) -> None:
    words: list[str | Path] = ["scan", world.files, "--list", world.listed, "--output", world.output]
    assert call(*words) == 1
    assert "2  known" in call.out
    findings = (world.output / "findings.jsonl").read_text()
    assert len(findings.splitlines()) == len(EXPECTED)
    assert "2 known files and 1 candidate among 8 files" in (world.output / "report.html").read_text()

    assert call(*words) == 2
    assert "--resume" in call.err
    assert call(*words, "--resume", "--json") == 1
    assert call.statuses() == EXPECTED
    assert (world.output / "findings.jsonl").read_text() == findings


def test_a_scan_is_not_taken_up_with_another_list_or_mode(call: Call, world: World, tmp_path: Path) -> None:
    words: list[str | Path] = ["scan", world.files, "--output", world.output]
    other = tmp_path / "other.csv"
    other.write_text(f"kind,value\nmd5,{'ab' * 16}\n")
    assert call(*words, "--list", world.listed) == 1
    assert call(*words, "--list", other, "--resume") == 2
    assert "lists" in call.err
    assert call(*words, "--list", world.listed, "--mode", "exact", "--resume") == 2
    assert "mode" in call.err


def test_paths_come_from_a_list_and_from_standard_input(
    call: Call, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "paths"
    listed.write_text(f"{world.files / 'known.jpg'}\n{world.files / 'missing.jpg'}\n")
    assert call("scan", "--files-from", listed, "--list", world.listed, "--json") == 1
    assert call.statuses() == {"known.jpg": "known", "missing.jpg": "unreadable"}

    given = bytes(world.files / "note.txt") + b"\0" + bytes(world.files / "other.jpg") + b"\0"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    assert call("scan", "-", "--null", "--list", world.listed, "--json") == 0
    assert call.statuses() == {"note.txt": "unknown", "other.jpg": "unknown"}


def test_a_bucket_is_scanned_by_its_address(call: Call, world: World) -> None:
    pytest.importorskip("obstore", reason="needs the extra s3 (obstore)")
    assert call("scan", world.files.as_uri(), "--list", world.listed, "--json") == 1
    assert call.statuses() == EXPECTED


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--list", "LISTED"], "PATH"),
        (["FILES", "--list", "LISTED", "--resume"], "--output"),
        (["FILES", "--list", "LISTED.gone"], "LISTED.gone"),
        (["https://example.test/x", "--list", "LISTED"], "store of objects"),
        (["FILES", "--list", "LISTED", "--engine", "warp"], "warp"),
        (["FILES", "--list", "LISTED", "--workers", "0"], "workers"),
    ],
)
def test_a_wrong_call_ends_before_any_work(call: Call, world: World, words: list[str], says: str) -> None:
    known = {"FILES": str(world.files), "LISTED": str(world.listed)}
    code = call("scan", *(known.get(word, word) for word in words))
    assert code in (2, 3)
    assert says in call.err
    assert call.out == ""


def test_only_what_was_met_is_printed_for_people_and_the_rest_counted(call: Call, world: World) -> None:
    assert call("scan", world.files, "--list", world.listed) == 1
    assert "other.jpg" not in call.out
    assert "8 files looked at" in call.out
    assert "not cleared" in call.out


def test_what_was_seen_is_remembered(call: Call, world: World, tmp_path: Path) -> None:
    from tutela.detect.matching.retro import SeenStore

    store = tmp_path / "seen.sqlite"
    assert call("scan", world.files / "other.jpg", "--list", world.listed, "--remember", store) == 0
    with SeenStore(store) as seen:
        assert len(seen) == 1


def test_progress_names_no_file(call: Call, world: World) -> None:
    assert call("scan", world.files, "--list", world.listed, "--json", "--progress") == 1
    assert "known.jpg" not in call.err


def test_the_settings_choose_modes_and_hashers(call: Call, world: World, tmp_path: Path) -> None:
    settings = tmp_path / "tutela.toml"
    settings.write_text('[fingerprints]\nhashers = ["sha256"]\n')
    code = call("--config", settings, "scan", world.files / "copy.png", "--list", world.listed, "--json")
    assert code == 0
    (row,) = call.rows()
    assert row["status"] == "unknown"
    assert json.loads(call.out)["matches"] == []


def test_a_list_of_known_good_files_ends_their_way(call: Call, world: World, tmp_path: Path) -> None:
    digest = hashlib.sha256((world.files / "other.jpg").read_bytes()).digest()
    header = ListHeader(name="system", version="1", created=datetime(2026, 1, 1, tzinfo=UTC), known_good=True)
    write_list(tmp_path / "good.tlist", header, [ListEntry(entry="g", kind="sha256", value=digest)])
    words: list[str | Path] = ["--list", world.listed, "--list", tmp_path / "good.tlist", "--json"]
    assert call("scan", world.files / "other.jpg", world.files / "known.jpg", *words) == 1
    reasons = {Path(row["path"]).name: row["reason"] for row in call.rows()}
    assert "known good" in reasons["other.jpg"]
    assert "known good" not in reasons["known.jpg"]


def test_keywords_are_looked_for_in_the_names_of_files_and_members(
    call: Call, world: World, tmp_path: Path
) -> None:
    words = tmp_path / "words.csv"
    words.write_text("kind,value\ntext,blue lantern\n")
    (world.files / "IMG_Blue-Lantern.txt").write_bytes(b"same")
    (world.files / "plain.txt").write_bytes(b"same")
    with zipfile.ZipFile(world.files / "more.zip", "w") as archive:
        archive.writestr("blue_lantern/a.txt", b"same")
    assert call("scan", world.files, "--list", words, "--json") == 1
    met = {name: status for name, status in call.statuses().items() if status == "candidate"}
    assert set(met) == {"IMG_Blue-Lantern.txt", "more.zip!/blue_lantern/a.txt"}
