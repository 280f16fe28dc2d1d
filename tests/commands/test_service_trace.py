from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.detect.service.test_leaks import as_csv, canaries, entries, give
from tutela.cli import run
from tutela.detect.service.canary import KEY_FILE, open_key


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    folder = tmp_path / "match"
    folder.mkdir()
    open_key(folder)
    give(folder, "partner", "known")
    give(folder, "forum", "known")
    return folder


@pytest.fixture
def copy(data: Path, tmp_path: Path) -> Path:
    path = tmp_path / "copy.csv"
    path.write_bytes(as_csv(entries() + canaries(data, "partner", "known")))
    return path


def test_it_says_whose_copy_it_is_and_no_value(
    data: Path, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["service", "trace", str(copy)]) == 1
    printed = capsys.readouterr().out
    assert printed == f"{copy}: 72 values\npartner: 32 canaries (32 of known)\n"
    assert run(["service", "trace", "--json", str(copy)]) == 1
    printed = capsys.readouterr().out
    assert json.loads(printed) == {
        "file": str(copy),
        "values": 72,
        "recipients": [{"recipient": "partner", "canaries": 32, "lists": {"known": 32}}],
    }


def test_several_and_nobody_are_said(data: Path, copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy.write_bytes(as_csv(canaries(data, "partner", "known") + canaries(data, "forum", "known")))
    assert run(["service", "trace", str(copy)]) == 1
    assert "several recipients" in capsys.readouterr().out
    copy.write_bytes(as_csv(entries()))
    assert run(["service", "trace", str(copy)]) == 0
    assert "nobody's canaries" in capsys.readouterr().out


def test_without_a_key_or_a_file_the_call_is_wrong(
    data: Path, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["service", "trace", str(copy.with_name("nowhere"))]) == 2
    (data / KEY_FILE).unlink()
    assert run(["service", "trace", str(copy)]) == 2
    assert "there is no feed.key" in capsys.readouterr().err
