from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tutela.web import settings as ours


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites() -> None:
    assert (settings.SESSION_COOKIE_HTTPONLY, settings.CSRF_COOKIE_HTTPONLY) == (True, True)
    assert (settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE) == ("Strict", "Strict")


def test_no_fault_is_shown_with_its_values() -> None:
    assert ours.DEBUG is False


@pytest.mark.slow
def test_under_tls_cookies_are_bound_to_this_host(tmp_path: Path) -> None:
    text = (
        "from tutela.web import settings as made\n"
        "print(made.SESSION_COOKIE_NAME, made.SESSION_COOKIE_SECURE, made.CSRF_COOKIE_NAME)"
    )
    ours = {"TUTELA_HOTLINE__DESK_URL": "https://desk.house.test", "TUTELA_HOME": str(tmp_path)}
    environment = os.environ | ours
    done = subprocess.run(
        [sys.executable, "-c", text], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["__Host-session", "True", "__Host-csrf"]


#: Prints what Django knows of the key before and after it is there.
ASKED_LATE = """
from pathlib import Path
from tutela.kernel.settings import home
from tutela.web import settings as made
from tutela.web.login_key import make_login_key
make_login_key(home())
print(len(str(made.SECRET_KEY)))
"""


@pytest.mark.slow
def test_a_process_that_signs_nothing_does_not_hold_the_login_key(tmp_path: Path) -> None:
    """It is read at its first use: had it been read before, it would be empty here."""
    environment = os.environ | {"TUTELA_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", ASKED_LATE],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["64"]


@pytest.mark.django_db
def test_attempts_that_were_counted_are_not_pushed_out_by_others() -> None:
    """Django keeps 300 entries and then drops some: a crowd of made-up names would clear a count."""
    from django.core.cache import cache

    cache.set("attempts-of-an-account", [1], 300)
    for number in range(400):
        cache.set(f"attempts-made-up-{number}", [1], 300)
    kept = [number for number in range(400) if cache.get(f"attempts-made-up-{number}")]
    assert len(kept) == 400 and cache.get("attempts-of-an-account") == [1]
