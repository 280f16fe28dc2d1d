"""The app ``cases`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The app ``cases``."""

    name = "tutela.hotline.cases"
    label = "cases"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app, and its jobs."""
        from tutela.hotline.cases.acts import declare
        from tutela.hotline.cases.jobs import register_handlers
        from tutela.hotline.cases.rechecking import register_handlers as register_rechecks

        declare()
        register_handlers()
        register_rechecks()
