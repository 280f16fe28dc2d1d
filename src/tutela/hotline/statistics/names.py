"""Words of the page of figures, as people read them. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise, lazystr
from django.utils.translation import gettext_lazy as _

#: state of an item -> its name.
ITEM_STATES: Mapping[str, Promise] = {
    "received": _("received"),
    "fetched": _("fetched"),
    "unfetchable": _("could not be fetched"),
    "fingerprinted": _("fingerprinted"),
    "matched": _("known to a list, or perhaps"),
    "unmatched": _("known to no list"),
    "rated": _("waits for a person"),
    "in_review": _("with a person"),
    "verdict": _("judged"),
    "acted": _("acted on"),
    "watched": _("watched"),
    "removed": _("removed"),
    "reappeared": _("came back"),
    "held": _("held"),
    "closed": _("closed"),
}
#: how a place stands that is looked at again -> its name.
STANDINGS: Mapping[str, Promise] = {
    "there": _("still there"),
    "removed": _("gone, seen twice from two places"),
    "gone_one_place": _("gone, seen from one place alone"),
    "undecided": _("not decided"),
}
#: what became of an item -> its name; of a closed one, why.
OUTCOMES: Mapping[str, Promise] = {
    **ITEM_STATES,
    "closed: not_illegal": _("closed: not illegal"),
    "closed: out_of_scope": _("closed: nothing that this house deals with"),
    "closed: duplicate": _("closed: another item is about the same"),
    "closed: unreachable": _("closed: it could not be reached"),
    "closed: handed_over": _("closed: somebody else has it"),
    "closed: withdrawn": _("closed: it rested on an error"),
    "closed: leads_only": _("closed: a page that only leads to what is acted on"),
    "closed: ended": _("closed: gone, and watched long enough"),
    "closed: exercise": _("closed: an exercise"),
}
#: key of a table about reports -> its title.
TITLES: Mapping[str, Promise] = {
    "channel": _("By channel"),
    "way": _("By way in"),
    "language": _("By language of the page"),
    "day": _("By day (UTC)"),
}
#: words of reports and places -> their names; what is not here (languages, days, countries) stands as it is.
WORDS: Mapping[str, Promise] = {
    "web": _("public form"),
    "spare": _("public form, kept in the spare area"),
    "api": _("partner"),
    "self_report": _("link of a helpline"),
    "file": _("file"),
    "command": _("command line"),
    "saw": _("somebody saw it"),
    "self": _("it is the reporter, or somebody they know"),
    "threat": _("somebody is threatened"),
    "unknown": _("not known"),
    **{code: lazystr(code.upper()) for code in ("en", "es", "pt", "fr", "de", "nl")},
}
