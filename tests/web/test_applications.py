"""Both sites are WSGI applications and answer. Each in a process of its own: Django starts once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ASK = """
from wsgiref.util import setup_testing_defaults
from tutela.web.applications import {site}_application
environ = {{"HTTP_HOST": "127.0.0.1", "PATH_INFO": "/nothing-is-here"}}
setup_testing_defaults(environ)
environ["HTTP_HOST"] = "127.0.0.1"
told = []
body = {site}_application()(environ, lambda status, headers: told.append(status))
print(told[0])
from django.conf import settings
print(settings.ROOT_URLCONF)
"""


@pytest.mark.slow
@pytest.mark.parametrize("site", ["public", "desk"])
def test_a_site_answers_by_its_own_addresses(tmp_path: Path, site: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(site=site)],
        env={"TUTELA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    status, urls = done.stdout.splitlines()
    assert status[0] in "34", done.stderr
    assert urls == f"tutela.web.urls.{site}"
