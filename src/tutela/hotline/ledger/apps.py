"""The app ``ledger`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The app ``ledger``."""

    name = "tutela.hotline.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Declare what the ledger may hear of itself."""
        from tutela.hotline.ledger.acts import declare

        declare()
