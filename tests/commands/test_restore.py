from __future__ import annotations

from pathlib import Path

import pytest

from tutela.cli import run
from tutela.kernel.custody import age
from tutela.kernel.custody.note_keys import SigningKey

LOG = str(SigningKey.new("hotline.test/log").note_key)


@pytest.mark.parametrize(
    ("key", "log", "place"),
    [
        ("nothing", LOG, "--key"),
        ("# only a comment\n", LOG, "--key"),
        (age.new_key()[0], "nothing", "--log"),
    ],
    ids=["no key", "a comment", "no log key"],
)
def test_what_is_no_key_is_told_and_not_quoted(
    tmp_path: Path, key: str, log: str, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key").write_text(key)
    (tmp_path / "log").write_text(log)
    words = [
        "restore",
        str(tmp_path / "backup"),
        "--key",
        str(tmp_path / "key"),
        "--log",
        str(tmp_path / "log"),
    ]
    assert run(words) == 2
    told = capsys.readouterr().err
    assert place in told and key.strip() not in told


def test_a_key_file_that_is_missing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["restore", "backup", "--key", str(tmp_path / "key"), "--log", str(tmp_path / "log")]) == 3
    assert "key cannot be read" in capsys.readouterr().err
