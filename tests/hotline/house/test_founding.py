"""Founding makes each thing once, and leaves what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.house.test_checks import a_house
from tutela.hotline.house.founding import found
from tutela.kernel.errors import Invalid
from tutela.web.login_key import make_login_key

pytestmark = pytest.mark.django_db


def founded(home: Path, log_name: str = "hotline.test/log") -> dict[str, bool]:
    made = found(
        a_house(home), log_name=log_name, envelopes=home / "envelopes", make_login_key=make_login_key
    )
    return {one.name: one.is_new for one in made}


def test_each_thing_is_made_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = founded(home)
    assert all(first.values())
    keys = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert not any(value for name, value in founded(home).items() if name != "database")
    assert {path: path.read_bytes() for path in keys} == keys


def test_what_was_half_made_is_finished(tmp_path: Path) -> None:
    founded(tmp_path)
    (tmp_path / "index.key").unlink()
    assert [name for name, new in founded(tmp_path).items() if new and name != "database"] == ["index key"]


def test_a_name_that_no_log_may_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        founded(tmp_path, "two words")
