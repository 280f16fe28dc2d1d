"""What ``tutela keys retire`` does for a hotline: what is in its database is sealed anew first."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tutela.hotline.databases import FILE_NAME, answering
from tutela.kernel.settings import find_origins, home

if TYPE_CHECKING:
    from tutela.kernel.custody.keys import KeyStore


def reseal_hotline(config: Path | None, keys: KeyStore) -> int:
    """How many rows of the hotline's database were sealed anew to the current epoch; 0 without a hotline.

    Reports in the spare area are taken in first. Raises Unavailable where the database is not there: then the
    key stays, since what it opens could not be moved on.
    """
    if not _has_hotline(config):
        return 0
    if config is not None:
        os.environ["TUTELA_CONFIG"] = str(config)  # Django's settings are made in this process
    from tutela.web.starting import start_django

    start_django()
    with answering():
        return _reseal(keys)


def _reseal(keys: KeyStore) -> int:
    from tutela.hotline.cases.actions import reseal_addresses
    from tutela.hotline.cases.address_keys import sealing_keys
    from tutela.hotline.intake.actions import reseal_texts, take_in_spare
    from tutela.hotline.ledger.actors import process
    from tutela.hotline.mailbox.actions import reseal_mails
    from tutela.kernel.custody.sealed_texts import open_text

    def opened(sealed: bytes) -> str:
        return open_text(sealed, keys)

    take_in_spare()
    operator = process("operator")
    done = reseal_addresses(sealing_keys(), opened, actor=operator)
    done += reseal_texts(keys, opened, actor=operator)
    return done + reseal_mails(keys, opened, actor=operator)


def _has_hotline(config: Path | None) -> bool:
    if (home() / FILE_NAME).exists():
        return True
    if not find_origins(config).any():
        return False
    from tutela.config import load

    return bool(load(config).hotline.database.get_secret_value())
