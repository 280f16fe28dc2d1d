from __future__ import annotations

from pathlib import Path

import pytest

from tutela.hotline.ledger.log_keys import (
    PRIVATE,
    PUBLIC,
    log_key,
    log_public_key,
    make_log_key,
    restore_log_key,
)
from tutela.kernel.errors import Conflict, Invalid, Unavailable


def test_both_halves_stand_in_the_home(tmp_path: Path) -> None:
    made = make_log_key(tmp_path / "home", "hotline.test/log")
    assert made == log_public_key(tmp_path / "home") == log_key(tmp_path / "home").note_key
    assert (tmp_path / "home" / PRIVATE).stat().st_mode & 0o777 == 0o600


def test_a_log_has_one_key(tmp_path: Path) -> None:
    made = make_log_key(tmp_path, "hotline.test/log")
    with pytest.raises(Conflict):
        make_log_key(tmp_path, "hotline.test/log")
    (tmp_path / PRIVATE).unlink()
    with pytest.raises(Conflict, match="one key"):
        make_log_key(tmp_path, "hotline.test/log")
    assert log_public_key(tmp_path) == made


def test_a_founding_that_was_stopped_between_the_halves_is_finished_with_the_same_key(tmp_path: Path) -> None:
    made = make_log_key(tmp_path, "hotline.test/log")
    private = (tmp_path / PRIVATE).read_bytes()
    (tmp_path / PUBLIC).unlink()
    assert make_log_key(tmp_path, "another.test/log") == made == log_public_key(tmp_path)
    assert (tmp_path / PRIVATE).read_bytes() == private


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_a_wrong_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        make_log_key(tmp_path, name)
    assert caught.value.field == "name"


def test_what_is_missing_or_damaged_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="tutela log init"):
        log_public_key(tmp_path)
    with pytest.raises(Unavailable, match=r"log\.key"):
        log_key(tmp_path)
    (tmp_path / PUBLIC).write_text("hotline.test/log")
    with pytest.raises(Unavailable, match="damaged"):
        log_public_key(tmp_path)


def test_a_lost_key_comes_back_from_its_line(tmp_path: Path) -> None:
    made = make_log_key(tmp_path, "hotline.test/log")
    line = log_key(tmp_path).text()
    (tmp_path / PRIVATE).unlink()
    with pytest.raises(Invalid, match="number"):
        restore_log_key(tmp_path, line[:-4] + ("AAAA" if line[-4:] != "AAAA" else "BBBB"))
    assert restore_log_key(tmp_path, line + "\n") == made == log_key(tmp_path).note_key


def test_another_logs_key_is_refused(tmp_path: Path) -> None:
    make_log_key(tmp_path / "other", "hotline.test/log")
    make_log_key(tmp_path, "hotline.test/log")
    (tmp_path / PRIVATE).unlink()
    with pytest.raises(Invalid, match="another key"):
        restore_log_key(tmp_path, log_key(tmp_path / "other").text())
    assert not (tmp_path / PRIVATE).exists()
