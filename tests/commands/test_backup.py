from __future__ import annotations

from pathlib import Path

import pytest

from tutela.cli import run
from tutela.kernel.custody import age


def test_a_new_key_is_told_by_its_public_half_and_closed_to_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "backup.key"
    assert run(["backup", "--new-key", str(file)]) == 0
    secret = file.read_text().splitlines()[-1]
    assert capsys.readouterr().out.strip() == age.public_of(secret)
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("words", [("--new-key",), ("--to", "age1x")])
def test_no_file_is_ever_replaced(
    tmp_path: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there").write_text("mine")
    assert run(["backup", str(tmp_path / "there"), *words]) == 2
    assert (tmp_path / "there").read_text() == "mine"
    assert "there is a file there already" in capsys.readouterr().err


def test_without_a_recipient_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backup", str(tmp_path / "new")]) == 2
    assert "--to" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
