"""What mails claim, as people read it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.hotline.mailbox.models import Mail

#: claim -> its name.
CLAIM_NAMES: dict[str, Promise] = {
    "removed": _("says that it is removed"),
    "refused": _("says that it stays"),
    "not_ours": _("says that it is not theirs"),
    "forwarded": _("says that it was passed on"),
    "more_asked": _("asks for more"),
    "received": _("says that it came in"),
    "automatic": _("written by a program"),
    "complaint": _("a complaint about our letter"),
    "undelivered": _("our letter came back"),
}


def claims_of(mail: Mail) -> list[Promise]:
    """Their names, in the order in which they are kept."""
    return [CLAIM_NAMES[claim] for claim in mail.claims.split(",") if claim in CLAIM_NAMES]
