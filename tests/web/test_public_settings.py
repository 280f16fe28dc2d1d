from __future__ import annotations

from tutela.web import public_settings


def test_the_public_side_knows_no_session_and_signs_nothing() -> None:
    named = " ".join(public_settings.MIDDLEWARE)
    assert "session" not in named.lower() and "auth" not in named.lower() and "csrf" not in named.lower()
    assert public_settings.SECRET_KEY == ""


def test_the_trees_are_apart() -> None:
    assert public_settings.ROOT_URLCONF == "tutela.web.urls.public"
