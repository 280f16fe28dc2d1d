"""The two sites as WSGI applications: one for everybody, one for the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutela.web.starting import start_django

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler


def public_application() -> WSGIHandler:
    """The pages for everybody: no session, no cookie. Raises Invalid for wrong settings of tutela's."""
    return _application("tutela.web.public_settings")


def desk_application() -> WSGIHandler:
    """The pages of the staff. Raises Invalid for wrong settings of tutela's."""
    return _application("tutela.web.settings")


def _application(settings: str) -> WSGIHandler:
    start_django(settings)
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()
