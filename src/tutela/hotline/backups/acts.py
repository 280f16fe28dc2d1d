"""What this app does, as the ledger keeps it."""

from __future__ import annotations

from tutela.hotline.ledger.acts import declare_acts

ACTS = {
    "backup_begun": "A backup of the hotline was begun; it holds every entry up to this one.",
    "database_migrated": "The database was brought to another release.",
    "backup_restored": "The hotline was brought back from a backup.",
}


def declare() -> None:
    """Return once the ledger knows this app's acts; called once, when Django starts."""
    declare_acts(ACTS)
