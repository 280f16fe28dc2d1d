from __future__ import annotations

from django.conf import settings

from tutela.web import settings as ours


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites() -> None:
    assert (settings.SESSION_COOKIE_HTTPONLY, settings.CSRF_COOKIE_HTTPONLY) == (True, True)
    assert (settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE) == ("Strict", "Strict")


def test_no_fault_is_shown_with_its_values() -> None:
    assert ours.DEBUG is False
