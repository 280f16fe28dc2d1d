"""The public's pages as the public process serves them, with keys and a spare area of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.hotline.cases.making import CLOCK
from tests.hotline.intake.making import Places
from tutela.hotline.cases.addresses import fetch_key_store
from tutela.hotline.intake.crowd import crowd
from tutela.kernel.custody.key_files import FileKeyStore


@pytest.fixture
def places(tmp_path: Path, settings: Settings) -> Places:
    """Keys of vault and fetcher, and where the spare area is; Django's settings name them."""
    vault = FileKeyStore(tmp_path / "vault" / "epochs", tmp_path / "keys", CLOCK)
    fetch = fetch_key_store(tmp_path, CLOCK)
    vault.rotate()
    fetch.rotate()
    settings.VAULT_EPOCHS, settings.FETCH_EPOCHS = str(vault.folder), str(fetch.folder)
    settings.SPARE_FOLDER = str(tmp_path / "spare")
    return Places(vault=vault, fetch=fetch, spare=tmp_path / "spare")


@pytest.fixture
def public(settings: Settings) -> Client:
    """Somebody with a browser, before the public process."""
    from tutela.web import public_settings

    settings.ROOT_URLCONF = public_settings.ROOT_URLCONF
    settings.MIDDLEWARE = public_settings.MIDDLEWARE
    settings.TEMPLATES = public_settings.TEMPLATES
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = public_settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    crowd.cache_clear()
    return Client(headers={"accept-language": "en"})
