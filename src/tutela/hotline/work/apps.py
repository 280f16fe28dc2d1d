"""The app ``work`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """The app ``work``."""

    name = "tutela.hotline.work"
    label = "work"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app."""
        from tutela.hotline.work.acts import declare

        declare()
