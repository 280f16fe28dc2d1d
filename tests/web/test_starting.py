from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.slow
def test_a_fresh_process_gets_its_own_tree() -> None:
    text = (
        "from tutela.web.starting import start_django; start_django('tutela.web.public_settings')\n"
        "from django.conf import settings; print(settings.ROOT_URLCONF)"
    )
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "tutela.web.urls.public"
