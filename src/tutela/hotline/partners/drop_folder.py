"""The folder that a partner takes sealed referrals from: a file is whole there, or it is not there."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from tutela.hotline.partners.rendering import ARCHIVE_BYTES_MAX, ENDING
from tutela.kernel.custody import durable
from tutela.kernel.errors import Unavailable


def drop_folder() -> Path:
    """The folder of the settings, with one folder for each partner in it."""
    return Path(settings.TUTELA_DROP_FOLDER)


def drop_document(folder: Path, partner: str, referral: str, sealed: bytes) -> Path:
    """Where the document stands durably: ``folder/PARTNER/REFERRAL.zip.age``.

    The name is that of the referral, and the bytes are always the same: whoever is interrupted and does it
    again leaves what was there. Raises Unavailable where the disk is full or fails, or another file stands
    there.
    """
    path = folder / partner / f"{referral}{ENDING}"
    try:
        there = durable.read_file(path, ARCHIVE_BYTES_MAX * 2)
    except LookupError:
        durable.write_file(path, sealed)
        return path
    if hashlib.sha256(there).digest() != hashlib.sha256(sealed).digest():
        raise Unavailable("another file has this referral's name: look who else writes into the folder")
    with durable.storage():  # its writer may have died before the name was durable
        durable.sync_folder(path.parent)
    return path
