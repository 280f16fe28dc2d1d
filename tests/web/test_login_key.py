from __future__ import annotations

from pathlib import Path

import pytest

from tutela.web.login_key import FILE_NAME, login_key, make_login_key


def test_a_new_key_is_its_owners_only(tmp_path: Path) -> None:
    make_login_key(tmp_path / "home")
    assert (tmp_path / "home" / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(login_key(tmp_path / "home"))) == 32


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    make_login_key(tmp_path)
    before = login_key(tmp_path)
    with pytest.raises(FileExistsError):
        make_login_key(tmp_path)
    assert login_key(tmp_path) == before


def test_who_may_not_read_it_has_none(tmp_path: Path) -> None:
    assert login_key(tmp_path) == ""
