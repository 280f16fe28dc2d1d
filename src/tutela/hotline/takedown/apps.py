"""The app ``takedown`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class TakedownConfig(AppConfig):
    """The app ``takedown``."""

    name = "tutela.hotline.takedown"
    label = "takedown"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app, and its jobs."""
        from tutela.hotline.takedown.acts import declare
        from tutela.hotline.takedown.jobs import register_handlers

        declare()
        register_handlers()
