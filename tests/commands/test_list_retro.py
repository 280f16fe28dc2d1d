from __future__ import annotations

import json
from pathlib import Path

from tests.commands.list_calls import MD5, Caller, csv_file
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.matching.retro import SeenStore
from tutela.detect.media.shapes import MediaFacts


def remember(path: Path, *values: str) -> None:
    with SeenStore(path) as store:
        for number, value in enumerate(values):
            print_ = Fingerprint(kind="md5", value=bytes.fromhex(value))
            file = FileFingerprints(
                member=None, size_bytes=1, facts=MediaFacts(), trouble=None, prints=(print_,)
            )
            store.remember(f"seen/{number}\u202e.jpg", file)


def test_what_was_seen_before_meets_a_new_list(call: Caller, tmp_path: Path) -> None:
    remember(tmp_path / "seen.db", MD5[0], MD5[1])
    call("import", csv_file(tmp_path, f"md5,{MD5[1]},a,"), "-o", tmp_path / "x.tlist", "--version", "1")
    words = ("retro", tmp_path / "seen.db", "--list", tmp_path / "x.tlist")
    assert call(*words, "--json") == 1
    row = json.loads(call.out)
    assert (row["seen"], row["status"]) == ("seen/1\u202e.jpg", "candidate")
    assert row["matches"] == [
        {
            "list": "list",
            "version": "1",
            "entry": "a",
            "kind": "md5",
            "form": "file",
            "distance_bits": None,
            "confirmed": None,
            "query_percent": None,
            "target_percent": None,
        }
    ]
    assert call(*words) == 1
    assert "2 files seen before, 1 met by a list" in call.out
    assert "\u202e" not in call.out


def test_nothing_met_ends_with_0(call: Caller, tmp_path: Path) -> None:
    remember(tmp_path / "seen.db", MD5[0])
    call("import", csv_file(tmp_path, f"md5,{MD5[1]},a,"), "-o", tmp_path / "x.tlist")
    assert call("retro", tmp_path / "seen.db", "--list", tmp_path / "x.tlist", "--json") == 0
    assert call.out == ""


def test_a_store_that_is_not_there_is_a_wrong_call(call: Caller, tmp_path: Path) -> None:
    call("import", csv_file(tmp_path), "-o", tmp_path / "x.tlist")
    assert call("retro", tmp_path / "none.db", "--list", tmp_path / "x.tlist") == 2
    assert "--remember" in call.err
