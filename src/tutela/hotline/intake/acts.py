"""What this app does, as the ledger keeps it."""

from __future__ import annotations

from tutela.hotline.intake.ways import WAYS
from tutela.hotline.ledger.acts import declare_acts
from tutela.kernel.log import declare_words

ACTS = {
    "report_received": "A report was taken in.",
    "self_report_opened": "A helpline opened a link by which a child reports itself.",
    "report_words_emptied": "What a reporter wrote was emptied, because its time is over.",
    "report_resealed": "What reporters wrote was sealed to the present key.",
}


def declare() -> None:
    """Return once the ledger knows this app's acts; called once, when Django starts."""
    declare_acts(ACTS)
    declare_words(*WAYS)
