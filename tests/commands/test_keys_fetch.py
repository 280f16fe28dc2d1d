from __future__ import annotations

from typing import Any

import pytest

from tests.commands.keys_calls import Keeper
from tests.hotline.cases.making import CLOCK
from tests.hotline.intake.making import a_form
from tutela.commands.vault_folders import vault_folders
from tutela.hotline.cases.addresses import fetch_key_store, open_for_fetch
from tutela.hotline.cases.models import Sighting
from tutela.hotline.databases import FILE_NAME
from tutela.hotline.intake.actions import receive_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hotline(keeper: Keeper, settings: Any) -> None:
    """A hotline that has taken in a report."""
    keeper("init")
    fetch_key_store(keeper.home, CLOCK).rotate()
    settings.VAULT_EPOCHS = str(vault_folders(None).public)
    settings.FETCH_EPOCHS = str(keeper.home / "fetch" / "epochs")
    settings.SPARE_FOLDER = str(keeper.home / "spare")
    (keeper.home / FILE_NAME).touch()
    receive_report(a_form(), clock=CLOCK)


def test_a_lost_fetch_key_is_replaced_and_everything_can_be_fetched_again(keeper: Keeper) -> None:
    store = fetch_key_store(keeper.home, CLOCK)
    lost = store.current().id
    for path in store.private_folder.iterdir():
        path.unlink()
    assert keeper("fetch") == 0, keeper.err
    assert "2 addresses sealed anew, 1 earlier keys destroyed" in keeper.out
    found = [open_for_fetch(bytes(one.url_for_fetch), store).raw for one in Sighting.objects.order_by("pk")]
    assert found == ["https://there.test/one", "https://there.test/two"]
    assert [epoch.id for epoch in store.epochs() if epoch.retired] == [lost]


def test_without_the_key_of_the_vault_the_earlier_key_stays(keeper: Keeper) -> None:
    for path in keeper.private_files():
        path.unlink()
    store = fetch_key_store(keeper.home, CLOCK)
    before = store.current().id
    assert keeper("fetch") == 3
    assert store.has_private(before)
    row = Sighting.objects.order_by("pk")[0]
    assert open_for_fetch(bytes(row.url_for_fetch), store).raw == "https://there.test/one"


def test_without_a_vault_there_is_no_fetch_key_either(
    keeper: Keeper, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("bare")
    monkeypatch.setenv("TUTELA_HOME", str(elsewhere))
    assert keeper("fetch") == 3 and "tutela keys init" in keeper.err
    assert not (elsewhere / "fetch").exists()
