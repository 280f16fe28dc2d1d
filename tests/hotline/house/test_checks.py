"""Findings about a house in a folder; the rest is in tests/commands/test_hotline_check.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.detect.media import lockdown
from tutela.hotline.databases import RESTORING
from tutela.hotline.house.checks import Finding, House, check_database, findings
from tutela.hotline.house.founding import found
from tutela.hotline.people.configuration import rehearse
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.errors import Refused
from tutela.web.login_key import make_login_key

pytestmark = pytest.mark.django_db


def a_house(home: Path) -> House:
    return House(
        home=home,
        vault_public=home / "vault" / "epochs",
        vault_private=home / "keys",
        login_key=home / "login.key",
    )


def by_name(house: House) -> dict[str, Finding]:
    return {one.name: one for one in findings(house)}


def test_an_empty_folder_lacks_everything_but_database_and_sandbox(tmp_path: Path) -> None:
    wrong = {name for name, one in by_name(a_house(tmp_path)).items() if not one.is_right}
    assert wrong == {"login key", "index key", "vault keys", "fetch key", "log key", "configuration"}


def test_a_house_that_was_restored_by_half_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its notices are not in doubt yet: a sender would send again what went out after the backup."""
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    check_database()
    (tmp_path / RESTORING).touch()
    with pytest.raises(Refused, match="interrupted"):
        check_database()


def test_a_founded_house_lacks_nothing(tmp_path: Path) -> None:
    house = a_house(tmp_path)
    list(found(house, log_name="one", envelopes=tmp_path / "envelopes", make_login_key=make_login_key))
    rehearse(tmp_path)
    assert not [one for one in findings(house) if not one.is_right]
    assert "NOT split" in by_name(house)["vault keys"].sentence


def test_a_key_of_the_vault_that_asks_for_a_passphrase_does_not_suit_a_hotline(tmp_path: Path) -> None:
    house = a_house(tmp_path)
    FileKeyStore(house.vault_public, house.vault_private, house.clock, lambda: "seven plain words").rotate()
    finding = by_name(house)["vault keys"]
    assert not finding.is_right and "passphrase" in finding.sentence


def test_a_lost_fetch_key_is_made_anew_and_not_looked_for_in_shares(tmp_path: Path) -> None:
    house = a_house(tmp_path)
    list(found(house, log_name="one", envelopes=tmp_path / "envelopes", make_login_key=make_login_key))
    next((tmp_path / "fetch" / "keys").glob("*.key")).unlink()
    finding = by_name(house)["fetch key"]
    assert not finding.is_right
    assert "tutela keys fetch" in finding.sentence and "restore" not in finding.sentence


def test_a_system_without_a_sandbox_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = lockdown.Support(landlock_abi=0, seccomp=False, rlimits=True)
    monkeypatch.setattr(lockdown, "support", lambda: lacking)
    finding = by_name(a_house(tmp_path))["sandbox"]
    assert not finding.is_right
    assert "lacks Landlock and seccomp" in finding.sentence


def test_the_database_of_the_tests_is_as_it_should_be() -> None:
    check_database()
