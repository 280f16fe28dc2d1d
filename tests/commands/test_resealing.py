from __future__ import annotations

from typing import Any

import pytest

from tests.commands.keys_calls import Keeper
from tests.hotline.cases.making import CLOCK
from tests.hotline.intake.making import a_form
from tutela.commands.vault_folders import key_store, vault_folders
from tutela.hotline.cases.addresses import fetch_key_store
from tutela.hotline.cases.models import Sighting
from tutela.hotline.databases import FILE_NAME
from tutela.hotline.intake.actions import receive_report
from tutela.hotline.intake.models import Report
from tutela.kernel.custody.sealed_texts import open_text, seal_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def hotline(keeper: Keeper, settings: Any) -> str:
    """The first epoch of a hotline that has taken in a report under it, and has a second epoch."""
    first: str = keeper.json("init")["epoch"]
    fetch_key_store(keeper.home, CLOCK).rotate()
    settings.VAULT_EPOCHS = str(vault_folders(None).public)
    settings.FETCH_EPOCHS = str(keeper.home / "fetch" / "epochs")
    settings.SPARE_FOLDER = str(keeper.home / "spare")
    (keeper.home / FILE_NAME).touch()
    receive_report(a_form(), clock=CLOCK)
    keeper("rotate")
    return first


def test_a_key_is_destroyed_and_addresses_and_texts_are_not(keeper: Keeper, hotline: str) -> None:
    assert keeper("retire", hotline) == 0, keeper.err
    assert "3 addresses and texts of the hotline sealed anew" in keeper.out
    keys = key_store(vault_folders(None))
    assert open_text(bytes(Sighting.objects.order_by("pk")[0].url_sealed), keys) == "https://there.test/one"
    assert open_text(bytes(Report.objects.get().text_sealed), keys) == "seen today"
    assert keeper("retire", hotline) == 0 and "sealed anew" not in keeper.out


def test_a_key_stays_while_something_cannot_be_moved_on(keeper: Keeper, hotline: str) -> None:
    damaged = seal_text("x", key_store(vault_folders(None)))[:-9]
    Sighting.objects.filter(url_epoch=hotline).update(url_sealed=damaged)
    assert keeper("retire", hotline) == 3
    assert any(hotline in path.name for path in keeper.private_files())


def test_without_a_hotline_nothing_is_asked_of_a_database(
    keeper: Keeper, hotline: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TUTELA_HOTLINE__DATABASE", raising=False)
    (keeper.home / FILE_NAME).unlink()
    assert keeper("retire", hotline) == 0 and "sealed anew" not in keeper.out
