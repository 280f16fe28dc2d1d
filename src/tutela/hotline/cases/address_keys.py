"""The public keys that this process seals addresses to, from the folders that its settings name."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from tutela.hotline.cases.addresses import SealingKeys
from tutela.kernel.custody.key_files import FilePublicKeys


def sealing_keys() -> SealingKeys:
    """The vault's for the opener, and the fetcher's.

    From the folders ``VAULT_EPOCHS`` and ``FETCH_EPOCHS`` of Django's settings. Reads no file yet:
    the newest key is looked for whenever something is sealed, so a new one needs no start.
    """
    return SealingKeys(
        vault=FilePublicKeys(Path(settings.VAULT_EPOCHS)), fetch=FilePublicKeys(Path(settings.FETCH_EPOCHS))
    )
