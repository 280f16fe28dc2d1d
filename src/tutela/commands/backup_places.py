"""Where the parts of the house stand that backup and restore look at. No command itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tutela.processes.places import vault_places

if TYPE_CHECKING:
    from tutela.config import Config
    from tutela.hotline.backups.contents import Places


def places_of(settings: Config, home: Path) -> Places:
    """The places by the settings; Django must have been started."""
    from tutela.hotline.backups.contents import Places

    vault = vault_places(settings.custody, home)
    spare = settings.hotline.spare_folder(home)
    return Places(home=home, vault=vault.public.parent, spare=spare, never=(vault.envelopes, vault.private))
