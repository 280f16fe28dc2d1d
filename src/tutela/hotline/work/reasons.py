"""Why a job is parked, in a sentence: what is kept is one word, the class of an error or one of ours."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tutela.hotline.work.actions.claiming import WORKER_GONE
from tutela.hotline.work.actions.persons import BY_PERSON

#: What each of our own words means, and what a person does about it.
REASONS = {
    BY_PERSON: gettext_lazy("Somebody took it out of the line."),
    WORKER_GONE: gettext_lazy(
        "Each worker that tried it died, or was stopped for too long: look at it before you put it back."
    ),
    "Refused": gettext_lazy(
        "The house may not do this, or what it is about is gone. Put it back when that has changed."
    ),
    "Invalid": gettext_lazy("What it was given is wrong. Put it back when that has changed."),
}


def sentence_of(reason: str) -> str:
    """What the word means, in the reader's language; empty for no word."""
    if not reason:
        return ""
    known = REASONS.get(reason)
    return (
        str(known)
        if known
        else _("Its last try ended with an error of the class %(word)s.") % {"word": reason}
    )
