"""What this app does, as the ledger keeps it, and the words that may stand in its entries."""

from __future__ import annotations

from typing import get_args

from tutela.hotline.cases.states import CLOSING_REASONS, HOLDING_REASONS, STATES
from tutela.hotline.ledger.acts import declare_acts
from tutela.kernel.log import declare_words
from tutela.kernel.opener.orders import Purpose
from tutela.kernel.taxonomy.classes import legal_classes

#: What an item may be (architecture.md, the nouns).
KINDS = ("url", "picture", "film", "file", "conversation", "account")
#: How an item came to us.
SOURCES = ("report", "partner", "crawl", "desk", "exercise")
#: How a sighting was made: somebody told us, the network door fetched it, somebody handed the bytes over.
HOWS = ("reported", "fetched", "supplied")
#: Why an item was moved where no rule of states.py asks for more.
REASONS = (
    "fetch_done", "fetch_failed", "fingerprints_made", "list_matched", "list_unmatched", "rating_made",
    "review_taken", "review_returned", "verdict_reached", "look_asked", "notice_sent", "referral_sent",
    "watch_begun", "look_found", "look_missed", "hold_ended",
)  # fmt: skip

ACTS = {
    "item_opened": "An item was opened.",
    "item_moved": "An item was moved to another state.",
    "sighting_recorded": "An item was seen at a place.",
    "address_recorded": "The keyed digests of a place were written, and items of one place were joined.",
    "address_resealed": "Places were sealed to the present key.",
    "fingerprints_recorded": "Fingerprints of an item were made.",
    "match_recorded": "A fingerprint met an entry of a list.",
    "rating_recorded": "A machine gave its opinion.",
    "verdict_recorded": "People's assessments amounted to a verdict.",
    "address_opened": "A sealed address was opened.",
    "case_read": "Somebody looked at the facts of an item.",
}


def declare() -> None:
    """Return once ledger and log know this app's acts and words; called once, when Django starts."""
    declare_words("known", "candidate", *(one.name for one in legal_classes()))
    declare_words(*STATES, *KINDS, *SOURCES, *HOWS, *REASONS, *CLOSING_REASONS, *HOLDING_REASONS)
    declare_words(*get_args(Purpose))  # what an opening is for, as the ledger keeps it
    declare_acts(ACTS)
