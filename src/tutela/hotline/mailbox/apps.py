"""The app ``mailbox`` as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class MailboxConfig(AppConfig):
    """The app ``mailbox``."""

    name = "tutela.hotline.mailbox"
    label = "mailbox"

    def ready(self) -> None:
        """Declare what the ledger may hear of this app."""
        from tutela.hotline.mailbox.acts import declare

        declare()
