"""What this app does, as the ledger keeps it, and the words that may stand in its entries."""

from __future__ import annotations

from tutela.hotline.ledger.acts import declare_acts
from tutela.kernel.log import declare_words

#: What an item may be (architecture.md, the nouns).
KINDS = ("url", "picture", "film", "file", "conversation", "account")
#: How an item came to us.
SOURCES = ("report", "partner", "crawl", "desk", "exercise")
#: How a sighting was made: somebody told us, it stood on a page, the network door fetched it, somebody handed
#: the bytes over, a browser on the server showed it as an outline (its object is a picture of the page).
HOWS = ("reported", "found", "fetched", "supplied", "visited")
#: Those that say where an item is to be fetched from.
PLACES = ("reported", "found")
#: Why an item was moved where no rule of states.py asks for more.
REASONS = (
    "fetch_done", "fetch_failed", "fingerprints_made", "list_matched", "list_unmatched", "rating_made",
    "review_taken", "review_returned", "verdict_reached", "look_asked", "notice_sent", "referral_sent",
    "watch_begun", "look_found", "look_missed", "hold_ended", "page_settled", "not_opened", "entry_gone",
)  # fmt: skip

ACTS = {
    "item_opened": "An item was opened.",
    "item_made_urgent": "An item became urgent, because an urgent report joined it.",
    "item_moved": "An item was moved to another state.",
    "sighting_recorded": "An item was seen at a place.",
    "address_recorded": "The keyed digests of a place were written, and items of one place were joined.",
    "whereabouts_recorded": "Country and network of a place were written down.",
    "address_resealed": "Places were sealed to the present key.",
    "fingerprints_recorded": "Fingerprints of an item were made.",
    "match_recorded": "A fingerprint met an entry of a list.",
    "match_withdrawn": "A list holds the entry no more that an item met: the match proves nothing any more.",
    "rating_recorded": "A machine gave its opinion.",
    "verdict_recorded": "People's assessments amounted to a verdict.",
    "page_picked": "Somebody picked what is to be fetched on a page that they visited.",
    "address_opened": "A sealed address was opened.",
    "object_destroyed": "A sealed object that no case names was destroyed.",
    "evidence_destroyed": "The kept bytes of an item were destroyed, because their time is over.",
    "redirect_followed": "Redirects led to another host; what is there became places of the item.",
    "addresses_emptied": "The sealed addresses of an item were emptied, because their time is over.",
    "page_opened": "What a page shows and leads to was opened as items of one group.",
}


def declare() -> None:
    """Return once ledger and log know this app's acts and words; called once, when Django starts."""
    # The words of states.py and of the tuples above again: what may stand in a log line is written out.
    declare_words("received", "fetched", "unfetchable", "fingerprinted", "matched", "unmatched", "rated")
    declare_words("in_review", "verdict", "acted", "watched", "removed", "reappeared", "held", "closed")
    declare_words("not_illegal", "out_of_scope", "duplicate", "unreachable", "handed_over", "withdrawn")
    declare_words("ended", "exercise", "leads_only", "police_first", "legal_hold")
    declare_words("url", "picture", "film", "file", "conversation", "account")
    declare_words(
        "report", "partner", "crawl", "desk", "reported", "supplied", "visited", "known", "candidate"
    )
    declare_words("fetch_done", "fetch_failed", "fingerprints_made", "list_matched", "list_unmatched")
    declare_words("rating_made", "review_taken", "review_returned", "verdict_reached", "look_asked")
    declare_words("notice_sent", "referral_sent", "watch_begun", "look_found", "look_missed", "hold_ended")
    declare_words("found", "frame", "style", "link", "redirect", "page_settled", "not_opened", "entry_gone")
    declare_words("at_most", "after_hand_over")  # which rule of the mandate ended the time of kept bytes
    declare_words("csam", "exploitative", "adult_ncii", "generated_csam")  # kernel.taxonomy
    # what an opening is for (kernel.opener.orders)
    declare_words("notice", "look", "tile", "hand_over", "reseal", "answer")
    declare_acts(ACTS)
