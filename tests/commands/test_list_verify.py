from __future__ import annotations

import json
from pathlib import Path

from tests.commands.list_calls import MD5, Caller, csv_file
from tutela.detect.matching.sections import ALIGNMENT_BYTES

VALUE = "0a1b2c3d" * 4


def whole_list(call: Caller, folder: Path) -> Path:
    call("import", csv_file(folder, f"md5,{VALUE},a,"), "-o", folder / "x.tlist")
    return folder / "x.tlist"


def test_a_whole_list_is_whole(call: Caller, tmp_path: Path) -> None:
    path = whole_list(call, tmp_path)
    assert call.json("verify", path) == {"list": str(path), "whole": True, "values": 1}
    assert call("verify", path) == 0
    assert "whole, 1 values" in call.out


def test_a_changed_byte_is_found(call: Caller, tmp_path: Path) -> None:
    path = whole_list(call, tmp_path)
    raw = bytearray(path.read_bytes())
    raw[raw.index(bytes.fromhex(VALUE))] ^= 1
    path.write_bytes(raw)
    assert call("verify", path) == 2
    assert "damaged sections" in call.err
    assert call("verify", path, "--json") == 2
    assert json.loads(call.out)["whole"] is False


def test_a_cut_list_is_found(call: Caller, tmp_path: Path) -> None:
    path = whole_list(call, tmp_path)
    path.write_bytes(path.read_bytes()[:-ALIGNMENT_BYTES])
    assert call("verify", path) == 2
    assert str(path) in call.err


def test_a_live_list_is_verified_too(call: Caller, tmp_path: Path) -> None:
    call("add", "--create", tmp_path / "live", csv_file(tmp_path, f"md5,{MD5[0]},a,"))
    assert call.json("verify", tmp_path / "live")["values"] == 1
