"""What this app does, as the ledger keeps it, and what a mail may be."""

from __future__ import annotations

from tutela.hotline.ledger.acts import declare_acts
from tutela.kernel.log import declare_words

ACTS = {
    "mail_read": "A mail that came in was read by machine: what it is and what it claims stand in the facts.",
    "mail_resealed": "Texts of mails were sealed anew to the present epoch.",
    "report_mail_read": "A mail to the mailbox of reports was read: what became of it stands in the facts.",
}

#: What a mail is: about notices of ours, about none of them, not to be read.
RESULTS = ("answer", "unknown", "unreadable")


def declare() -> None:
    """Return once ledger and log know this app's acts and words; called once, when Django starts."""
    declare_words("answer", "unreadable", "unknown")
    declare_words("taken", "stranger", "unproved", "html", "empty", "too_much")
    declare_acts(ACTS)
