"""What this app does, as the ledger keeps it, and the words that it uses."""

from __future__ import annotations

from tutela.hotline.ledger.acts import declare_acts
from tutela.kernel.log import declare_words

#: What somebody says of an item.
OUTCOMES = ("illegal", "not_illegal", "out_of_scope", "cannot_judge")
#: Those that say what it is; ``cannot_judge`` says that somebody else has to look.
SAYING = ("illegal", "not_illegal", "out_of_scope")
#: How a time with an item, or a display, ended.
ENDINGS = ("assessed", "returned", "next", "lapsed", "nothing")
#: What somebody saw: protected tiles. There is no other level in this house yet.
LEVELS = ("protected",)
#: First and second look (people.quorum).
STAGES = ("first", "second")
#: Kinds of site, in the terms of the yearly report (statistics).
SITE_KINDS = ("website", "image_host", "file_host", "forum", "social_network", "search", "other", "unknown")
#: Whether somebody could tell.
CERTAINTIES = ("yes", "no", "unknown")
#: Why an item has its place in the queue (``ordering``).
REASONS = (
    "child_in_danger",
    "near_known",
    "second_needed",
    "many_reports",
    "from_partner",
    "is_new",
    "waits_long",
)

ACTS = {
    "item_handed_out": "Items were handed to somebody, for a time.",
    "item_given_back": "Items that somebody had came back to the queue.",
    "item_shown": "Protected tiles of an item were shown to somebody.",
    "assessment_recorded": "Somebody said what an item is.",
    "assessment_withdrawn": "Somebody took back what they had said of an item.",
    "page_visited": "Somebody took a step on a page that a browser on the server showed as an outline.",
    "second_look_recorded": "A second person said what they think of what one person had decided.",
}


def declare() -> None:
    """Return once ledger and log know this app's acts and words; called once, when Django starts."""
    # Words of the tuples above again: what may stand in a log line is written out.
    declare_words("illegal", "not_illegal", "out_of_scope", "cannot_judge", "assessed", "returned", "lapsed")
    declare_words("next", "nothing", "protected", "first", "second", "child_in_danger", "near_known")
    declare_words("second_needed", "many_reports", "from_partner", "is_new", "waits_long", "agrees", "doubts")
    declare_words("visit", "open", "press", "again")  # steps of a visit (kernel.visiting.orders)
    declare_acts(ACTS)
