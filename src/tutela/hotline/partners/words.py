"""The words of a referral as people read them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: state -> its name.
STATE_NAMES: dict[str, Promise] = {
    "queued": _("in line"),
    "sending": _("being sent"),
    "in_doubt": _("in doubt"),
    "handed": _("handed over"),
    "failed": _("not handed over"),
    "answered": _("answered"),
}
#: state -> what it means and what can be done.
SENTENCES: dict[str, Promise] = {
    "queued": _(
        "The sender makes the document, seals it to the partner and puts it into its folder, or mails it."
    ),
    "sending": _("The mail server is being given the letter."),
    "in_doubt": _(
        "Nobody knows whether the letter arrived, and it is not sent again by itself. Ask the partner "
        "whether it has a letter with this id."
    ),
    "handed": _("The sealed document lies in the partner's folder, or was mailed. Nobody has answered yet."),
    "failed": _("It was not handed over, and is not tried again until somebody asks for it."),
    "answered": _("The partner has said what became of it."),
}
#: how a referral gets there -> its name.
HOW_NAMES: dict[str, Promise] = {
    "drop_folder": _("into its folder"),
    "mail": _("by sealed mail (S/MIME)"),
}
#: kind of a partner -> its name.
KIND_NAMES: dict[str, Promise] = {
    "police": _("police"),
    "hotline": _("hotline"),
    "clearing_house": _("clearing house"),
}
#: grounds -> the sentence, on pages and in the document.
GROUND_NAMES: dict[str, Promise] = {
    "on_list": _("A list knows it"),
    "assessed": _("People of this house assessed it"),
    "child_in_danger": _("A child may be in danger now"),
    "reported": _("It was reported; nobody of this house has judged it"),
}
#: outcome -> its name.
OUTCOME_NAMES: dict[str, Promise] = {
    "received": _("We have it"),
    "investigating": _("We are investigating"),
    "identified": _("A person was identified"),
    "arrested": _("A person was arrested"),
    "no_case": _("We do not take it up"),
    "released_for_notice": _("Others may be told now"),
}
#: trouble -> what is wrong and what helps.
TROUBLE_NAMES: dict[str, Promise] = {
    "opener_away": _("The opener does not answer: look whether it runs. It is tried again by itself."),
    "disk": _("The drop folder takes nothing: look at disk and rights. It is tried again by itself."),
    "not_opened": _("An address of it cannot be opened: it is damaged, or its key is gone."),
    "keys": _("A key of the partner is none: name the partner anew."),
    "fault": _("Something failed that should not: tell whoever looks after this installation."),
    "no_mandate": _("No mandate is in force: see what this house may do. It is tried again by itself."),
    "certificate": _("A certificate of the partner is no good any more: name the partner anew."),
    "mail_server": _(
        "The mail server did not take the letter: look whether it runs. It is tried again by itself."
    ),
    "mail_refused": _("The mail server refused the letter for good: look at the partner's mailbox."),
    "test_mail": _(
        "All letters go to the test mailbox (notices.test_mailbox): this one waits until that ends."
    ),
    "too_large": _("It is too large for one document: refer fewer items at once."),
}
