"""The desk's tests have the database and the login key of the hotline's."""

from __future__ import annotations

from tests.hotline.conftest import _empty_the_ledger_too, django_db_modify_db_settings, login_key

__all__ = ["_empty_the_ledger_too", "django_db_modify_db_settings", "login_key"]
