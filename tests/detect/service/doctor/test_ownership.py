from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutela.detect.service.doctor import ownership
from tutela.detect.service.doctor.ownership import Rights, home_rights, may_read, rights_below, secrets_rights

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o755)
    (folder / "match").mkdir(mode=0o700)
    (folder / "match" / "tokens.json").touch(mode=0o600)
    return folder


def states(home: Path) -> dict[str, str]:
    return {one.check: one.state for one in home_rights(home)}


def test_a_closed_folder_passes(home: Path) -> None:
    assert states(home) == {"home": "ok", "owner": "ok"}


def test_a_file_that_others_may_read_fails(home: Path) -> None:
    (home / "match" / "tokens.json").chmod(0o640)
    (told, _) = home_rights(home)
    assert told.state == "fail"
    assert told.what == "1 thing below TUTELA_HOME is open to others"
    assert "tokens" not in told.line()


def test_a_folder_that_others_may_enter_fails(home: Path) -> None:
    (home / "match").chmod(0o711)
    assert states(home)["home"] == "fail"


def test_a_home_that_others_may_write_to_fails(home: Path) -> None:
    home.chmod(0o775)
    assert states(home)["home"] == "fail"


def test_a_symbolic_link_is_not_followed(home: Path) -> None:
    (home / "match" / "link").symlink_to("/")
    assert states(home) == {"home": "ok", "owner": "ok"}
    assert rights_below(home).all == 3


def test_no_home_is_a_fresh_start(tmp_path: Path) -> None:
    (told,) = home_rights(tmp_path / "none")
    assert (told.state, "nothing is set up yet" in told.what) == ("warn", True)


def test_a_file_where_a_folder_should_be_fails(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    (told,) = home_rights(tmp_path / "home" / "match")
    assert told.state == "fail"


@pytest.mark.skipif(not AS_ROOT, reason="only root may give files away")
def test_another_owner_fails(home: Path) -> None:
    os.chown(home / "match" / "tokens.json", 65_534, 65_534)
    assert states(home)["owner"] == "fail"


def test_another_owner_and_a_folder_that_cannot_be_read_are_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership, "rights_below", lambda _: Rights(all=2, foreign=1))
    assert states(home) == {"home": "ok", "owner": "fail"}
    monkeypatch.setattr(ownership, "rights_below", lambda _: Rights(all=2, unread=1))
    assert states(home) == {"home": "fail"}


def test_secrets_are_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    (folder / "service__hook_secrets").write_text("{}", encoding="utf-8")
    (folder / "service__hook_secrets").chmod(0o644)
    assert [one.state for one in secrets_rights(folder)] == ["ok"]  # nobody else comes in
    folder.chmod(0o755)
    assert [one.state for one in secrets_rights(folder)] == ["fail"]
    assert [one.state for one in secrets_rights(tmp_path / "none")] == ["fail"]
    assert list(secrets_rights(None)) == []


def test_a_folder_may_be_read_or_is_not_there(home: Path) -> None:
    assert may_read(home)
    assert may_read(home / "none")
    assert not may_read(home / "match" / "tokens.json")
