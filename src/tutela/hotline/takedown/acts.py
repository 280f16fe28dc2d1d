"""What this app does, as the ledger keeps it."""

from __future__ import annotations

from tutela.hotline.ledger.acts import declare_acts
from tutela.kernel.log import declare_words

ACTS = {
    "recipient_named": "A recipient of notices was named, or named by another source.",
    "recipient_dead": "A mail server said that the mailbox of a recipient is not there.",
    "notice_queued": "A notice was put into the outbox.",
    "notices_hastened": "An item became urgent: its notices that wait go first from now on.",
    "order_handed_on": "A person made a notice of an authority's order.",
    "notice_claimed": "A sender took a notice in order to hand it over.",
    "notice_answered": "A try to hand a notice over ended, as the facts say.",
    "notice_abandoned": "A notice was found whose sender is gone: nobody knows whether it went out.",
    "notice_doubted": "A notice was put in doubt: the database came back from a backup older than it may be.",
    "notice_resolved": "A notice in doubt was settled, by evidence or by a person.",
    "notice_bounced": "A notice that had gone out came back.",
    "notice_looked_at": "The content was fetched again before a notice goes out.",
    "notice_second_look": "A second person looked at what one person had written to a host about.",
    "notice_withdrawn": "A notice was taken back before it went out.",
    "contact_proposed": "A look-up found somebody who can take something down; a person has to agree.",
    "contact_listed": "A person wrote a contact into the house's book.",
    "contact_approved": "A person approved a contact.",
    "contact_refused": "A person refused a contact.",
    "search_recorded": "It was looked up who can take a place down.",
    "form_queued": "A host takes web forms only: a person has to fill one in.",
    "form_filled": "A person filled in a host's form.",
    "form_withdrawn": "A form that waited is not filled in any more.",
    "hand_over_queued": "A person has to tell the hotline of a country, or a search engine, by hand.",
    "hand_over_done": "A person told the hotline of a country, or a search engine.",
    "hand_over_not_needed": "A person said that a hotline or a search engine need not be told.",
    "take_back_queued": "A person has to take back what was told by hand, because it was wrong.",
    "take_back_done": "A person took back what was told by hand.",
    "take_back_not_needed": "A person said why what was told by hand need not be taken back.",
    "check_recorded": "A machine looked whether a sighting is still there.",
}

#: Why a notice was withdrawn.
WITHDRAWALS = (
    "content_gone", "content_changed", "second_look", "person", "item_closed", "recipient_changed",
    "ground_fell",
)  # fmt: skip
#: Kinds of notices (people.quorum.consequences).
CONSEQUENCES = ("notice_known", "notice_second_hash", "notice_unknown")
#: What a message is that takes a notice back (people.quorum.consequences).
RETRACTION = "notice_retraction"


def declare() -> None:
    """Return once ledger and log know this app's acts and words; called once, when Django starts."""
    declare_words("rdap", "abuse_table", "person", *WITHDRAWALS, *CONSEQUENCES, "notice_retraction")
    declare_words("book", "told", "by_hand", "registry", "nobody", "exhausted", "mail", "form", "api", "none")
    declare_words("hoster", "site_owner", "upstream", "registrar", "index", "hotline", "table")
    declare_words("rdap_network", "rdap_parent", "rdap_number", "rdap_domain", "rdap_entity")
    declare_words("security_txt", "usual_mailbox", "recipient_changed")
    declare_words("authority", "order", "never_acted", "known_already", "not_there")
    declare_words("right", "wrong", "awaited", "overdue", "not_needed")
    declare_acts(ACTS)
