from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.processes.founded import environment
from tutela.web import public_settings


def test_the_public_side_knows_no_session_and_signs_nothing() -> None:
    named = " ".join(public_settings.MIDDLEWARE)
    assert "session" not in named.lower() and "auth" not in named.lower() and "csrf" not in named.lower()
    assert public_settings.SECRET_KEY == ""


def test_the_trees_are_apart() -> None:
    assert public_settings.ROOT_URLCONF == "tutela.web.urls.public"


def test_the_hosts_that_are_answered_are_those_of_the_settings(tmp_path: Path) -> None:
    onion = f"{'a' * 56}.onion"
    (tmp_path / "tutela.toml").write_text(
        f'[hotline]\npublic_url = "https://house.test"\nonion_url = "http://{onion}"\n'
        '[[hotline.portals]]\nkey = "nl"\nhosts = ["meldpunt.test"]\n'
    )
    told = "from tutela.web.public_settings import ALLOWED_HOSTS; print(*ALLOWED_HOSTS)"
    named = environment(tmp_path, TUTELA_CONFIG=str(tmp_path / "tutela.toml"))
    done = subprocess.run(
        [sys.executable, "-c", told], env=named, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["house.test", "meldpunt.test", onion]
    assert public_settings.ALLOWED_HOSTS == ["127.0.0.1"]
