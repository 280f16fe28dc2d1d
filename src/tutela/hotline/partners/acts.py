"""What this app does, as the ledger keeps it, and the words of a referral."""

from __future__ import annotations

from collections.abc import Mapping

from tutela.hotline.ledger.acts import declare_acts
from tutela.kernel.log import declare_words

ACTS = {
    "partner_named": "A partner was named, with the keys that what it gets is sealed to.",
    "partner_confirmed": "A second person confirmed a partner: it may be handed cases from now on.",
    "referral_queued": "A referral was put in line, to be handed to a partner.",
    "referral_sealed": "The document of a referral was made and sealed to the partner's keys, once for good.",
    "referral_delayed": "A referral could not be handed over yet, for the reason that the facts say.",
    "referral_failed": "A referral cannot be handed over until a person changes something.",
    "referral_handed": "The sealed document of a referral stands where it is taken from, or mail took it.",
    "referral_retried": "A person had a referral tried again.",
    "referral_claimed": "A referral is being handed to the mail server, for the number of the try.",
    "referral_doubted": "Nobody knows whether a partner got a referral; it is not sent again by itself.",
    "referral_arrived": "A person wrote down that a referral in doubt had arrived.",
    "referral_answered": "A partner's answer to a referral was written down.",
}

#: What a partner is.
KINDS = ("police", "hotline", "clearing_house")
#: How a referral gets to a partner.
HOWS = ("drop_folder", "mail")
#: State of a referral -> the states that may follow.
STATES: Mapping[str, tuple[str, ...]] = {
    "queued": ("queued", "sending", "handed", "failed", "in_doubt"),
    "sending": ("queued", "handed", "failed", "in_doubt"),
    "in_doubt": ("queued", "handed", "answered", "failed"),
    "failed": ("queued",),
    "handed": ("answered",),
    "answered": ("answered",),
}
#: States of a referral that is on its way, or waits for somebody: its document may still have to be made.
ON_ITS_WAY = ("queued", "sending", "in_doubt", "failed")
#: Why a case is handed over.
GROUNDS = ("on_list", "assessed", "child_in_danger", "reported")
#: What a partner may say became of a case.
OUTCOMES = ("received", "investigating", "identified", "arrested", "no_case", "released_for_notice")
#: What is said while a case goes on, in its order: a partner has more to say later, by the same link.
INTERIM = ("received", "investigating")
#: The outcome after which others may be told.
RELEASED = "released_for_notice"
#: Why a referral waits or failed.
TROUBLES = (
    "opener_away", "not_opened", "disk", "keys", "too_large", "no_mandate", "fault",
    "certificate", "mail_server", "mail_refused", "test_mail",
)  # fmt: skip
#: How an answer came.
WAYS = ("link", "person")


def declare() -> None:
    """Return once ledger and log know this app's acts and words; called once, when Django starts."""
    declare_words("police", "hotline", "clearing_house", "drop_folder", "queued", "failed", "handed")
    declare_words("answered", "on_list", "assessed", "child_in_danger", "reported")
    declare_words("received", "investigating", "identified", "arrested", "no_case", "released_for_notice")
    declare_words("opener_away", "not_opened", "disk", "keys", "too_large", "no_mandate")
    declare_words("fault", "link", "person", "mail", "sending", "in_doubt")
    declare_words("certificate", "mail_server", "mail_refused", "test_mail")
    declare_acts(ACTS)
