"""The words of an assessment as people read them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: outcome -> what choosing it says.
OUTCOME_NAMES: dict[str, Promise] = {
    "illegal": _("illegal: say below which class and category"),
    "not_illegal": _("not illegal"),
    "out_of_scope": _("nothing that this hotline deals with"),
    "cannot_judge": _("cannot judge: a colleague shall look"),
}
#: outcome of a second look -> what choosing it says.
SECOND_NAMES: dict[str, Promise] = {
    "agree": _("I agree: it is what the first person said"),
    "not_illegal": _("I doubt it: not illegal, so what was written is taken back"),
    "out_of_scope": _("I doubt it: nothing that this hotline deals with, so what was written is taken back"),
}
#: legal class -> its name (kernel.taxonomy).
CLASS_NAMES: dict[str, Promise] = {
    "csam": _("sexual abuse of children"),
    "exploitative": _("exploitative, not abuse in law"),
    "adult_ncii": _("intimate images of adults, without consent"),
    "generated_csam": _("generated material of child sexual abuse"),
}
#: reason for a place in the queue -> as a sentence's part.
REASON_NAMES: dict[str, Promise] = {
    "child_in_danger": _("a child may be in danger now"),
    "near_known": _("near to something that a list knows"),
    "second_needed": _("a colleague has judged it, and a second person is needed"),
    "many_reports": _("reported more than once"),
    "from_partner": _("from a partner"),
    "is_new": _("came within the last 24 hours"),
    "waits_long": _("waits for more than a day"),
}
#: kind of site -> its name.
SITE_NAMES: dict[str, Promise] = {
    "unknown": _("cannot be told"),
    "website": _("website"),
    "image_host": _("host of pictures"),
    "file_host": _("host of files"),
    "forum": _("forum"),
    "social_network": _("social network"),
    "search": _("search engine or directory"),
    "other": _("other"),
}
#: whether somebody could tell -> its name.
CERTAINTY_NAMES: dict[str, Promise] = {
    "unknown": _("cannot be told"),
    "yes": _("yes"),
    "no": _("no"),
}
#: kind of an item -> its name.
KIND_NAMES: dict[str, Promise] = {
    "url": _("address"),
    "picture": _("picture"),
    "film": _("film"),
    "file": _("file"),
    "conversation": _("conversation"),
    "account": _("account"),
}
#: kind of a part of a page that is visited -> its name.
PART_NAMES: dict[str, Promise] = {
    "heading": _("heading"),
    "text": _("text"),
    "link": _("link"),
    "button": _("button"),
    "box": _("box to tick"),
    "picture": _("picture"),
    "film": _("film"),
    "frame": _("page inside this page"),
}
#: how a second look stands -> the sentence.
FOUND_SENTENCES: dict[str, Promise] = {
    "right": _("Two people agree now. Nothing more is to be done."),
    "wrong": _("What was written is being taken back, and the item waits for a third person."),
    "awaited": _(
        "It is written down. Somebody whose word counts has to look as well: you are not vouched for."
    ),
    "overdue": _(
        "It is written down. Somebody whose word counts has to look as well: you are not vouched for."
    ),
    "not needed": _("It is written down. No second look is needed any more."),
}
