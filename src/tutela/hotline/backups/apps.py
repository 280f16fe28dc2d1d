"""The app ``backups`` as Django knows it; it has no tables."""

from __future__ import annotations

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    """The app ``backups``."""

    name = "tutela.hotline.backups"
    label = "backups"

    def ready(self) -> None:
        """Let the ledger know its acts."""
        from tutela.hotline.backups.acts import declare

        declare()
