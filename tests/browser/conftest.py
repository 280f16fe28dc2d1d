"""The desk runs in threads of this process, on the tests' own database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests.browser.browsing import running_browser
from tests.browser.serving import running_desk
from tests.hotline.conftest import login_key
from tests.needs import skip_without
from tutela.hotline.databases import FILE_NAME, database

__all__ = ["login_key"]


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A Chromium for one test: while its driver runs, no other one of this process can begin a loop."""
    skip_without("chromium")
    with running_browser() as running:
        yield running


@pytest.fixture
def desk(own_database: None) -> Iterator[str]:
    """The address of a desk, under a name: passkeys are bound to one."""
    with running_desk() as address:
        yield address


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no row, made once, by a process of its own."""
    home = tmp_path_factory.mktemp("desk")
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TUTELA_")}
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--settings=tutela.web.settings"],
        env={**kept, "TUTELA_HOME": str(home)},
        check=True,
        timeout=120,
    )
    return home / FILE_NAME


@pytest.fixture
def own_database(
    browser: Browser, template: Path, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[None]:
    """A database for one test alone: the desk's threads commit, and nothing is rolled back."""
    with _reached(Path(shutil.copy(template, tmp_path)), django_db_blocker):
        yield


@contextmanager
def _reached(path: Path, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django reaches this file in all threads. pytest-django's own database is another one: the browser's
    driver runs an event loop in this thread, and Django gives such a thread connections of its own.
    """
    entry = connections.databases["default"]
    before = dict(entry)
    entry |= database("", path.parent) | {"NAME": str(path)}
    with blocker.unblock():
        try:
            yield
        finally:
            connection.close()
            entry |= before
