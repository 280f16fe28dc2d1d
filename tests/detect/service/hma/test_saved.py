from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.detect.service.hma import exports
from tutela.detect.service.hma import saved
from tutela.detect.service.hma.exported import Tally
from tutela.detect.service.hma.saved import Saved


def test_a_bank_may_be_named_by_its_name_alone(tmp_path: Path) -> None:
    folder = exports.saved(tmp_path / "saved")
    answer = {"id": 77, "bank": "SHOP_KNOWN", "enabled": True, "signals": {"pdq": exports.OTHER}}
    (folder / "more.json").write_text(json.dumps(answer))
    (folder / "exchanges.json").write_text('["X"]')
    (folder / "readme.txt").write_text("not read")
    found = {entry.entry for _, entry in Saved(folder).entries(Tally())}
    assert found == {"hma-7", "hma-8", "hma-9", "hma-77"}


def test_a_large_file_is_to_be_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = exports.saved(tmp_path / "saved")
    (folder / "many.json").write_text(" " * 2_000)
    found = Saved(folder)
    monkeypatch.setattr(saved, "FILE_BYTES_MAX", 1_999)
    with pytest.raises(ValueError, match=r"many.json: longer"):
        list(found.entries(Tally()))
