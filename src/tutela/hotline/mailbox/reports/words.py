"""What mails to the mailbox of reports were found to be, as people read it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: result -> its name.
RESULT_NAMES: Mapping[str, Promise] = {
    "taken": _("taken in"),
    "stranger": _("of nobody who may send reports: not opened"),
    "unproved": _("says that it is a partner's, and our mail server does not vouch for it: not opened"),
    "html": _("HTML without plain text: not read"),
    "empty": _("no address, no words, no table in it"),
    "too_much": _("more than one mail may hold: nothing was taken in"),
    "unreadable": _("cannot be read"),
}
