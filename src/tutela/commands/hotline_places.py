"""Where the parts of the house stand that init and check look at. No command itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tutela.config import Config
from tutela.processes.places import vault_places
from tutela.web.login_key import FILE_NAME

if TYPE_CHECKING:
    from tutela.hotline.house.checks import House


def house_of(settings: Config, home: Path) -> House:
    """The house by the settings; Django must have been started."""
    from tutela.hotline.house.checks import House

    vault = vault_places(settings.custody, home)
    return House(
        home=home,
        vault_public=vault.public,
        vault_private=vault.private,
        login_key=home / FILE_NAME,
    )
