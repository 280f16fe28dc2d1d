"""What a person may choose about a notice, in words, for pages and commands alike."""

from __future__ import annotations

from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.hotline.ledger.actors import Actor
from tutela.hotline.takedown.access import access_notice, is_retracted
from tutela.hotline.takedown.actions import resolve_in_doubt, retract_notice, send_again
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.states import Event

Choice = Literal["send_again", "leave", "retract"]

#: state -> its name as people read it.
STATE_NAMES: dict[str, Promise] = {
    "queued": _("waiting"),
    "sending": _("being sent"),
    "sent": _("sent"),
    "failed": _("refused"),
    "in_doubt": _("in doubt"),
    "withdrawn": _("withdrawn"),
}
#: state -> what it means and what can be done.
_SENTENCES: dict[str, Promise] = {
    "queued": _("It waits to be sent."),
    "sending": _(
        "It is being sent. If that lasts for more than a few minutes, its sender is dead: start it."
    ),
    "sent": _("The mail server has taken it."),
    "failed": _("The mail server or the host refused it. Look at the address, then try it again."),
    "in_doubt": _(
        "Its sending was interrupted, and nobody here knows whether it went out. Look for its Message-ID in "
        "the queue and the log of the mail server. Where nothing is found there, sending it again may double "
        "it, and leaving it may lose it."
    ),
    "withdrawn": _("It was taken back and does not go out."),
}
#: What a look found -> what it says, as people read it.
FOUND_NAMES: dict[str, Promise] = {
    "present": _("there"),
    "altered": _("there, in other bytes"),
    "moved": _("there, behind a redirect to another host"),
    "blocked": _("the host refuses us"),
    "parked": _("the whole host shows one page"),
    "soft_missing": _("a page without the content"),
    "gone": _("gone"),
    "changed": _("something else"),
    "unknown": _("no answer"),
}
#: How a place stands -> its name as people read it.
STANDING_NAMES: dict[str, Promise] = {
    "there": _("there"),
    "removed": _("removed"),
    "gone_one_place": _("gone, seen from one place"),
    "undecided": _("undecided"),
}
_HELD = _(
    "It waits, because the last look could not tell whether the content is there: %(found)s. It is looked at "
    "again every hour. Take it back where nothing is to be told any more."
)
_DEAD = _(
    "It waits, because a mail server says that the mailbox is not there. Name the recipient again if it is; "
    "else name another one, and take this notice back."
)
_LEFT = _("Somebody chose to leave it as it is: it may never have arrived.")
_RETRACTED = _("It was taken back: a message that says so is in the outbox, or has gone out.")
_EVENTS: dict[Choice, Event] = {"send_again": "person_sends_again", "leave": "person_leaves"}


def sentence_of(notice: Notice) -> str:
    """What the notice's state means and what can be done about it."""
    if is_retracted(notice):
        return str(_RETRACTED)
    if notice.state == "queued" and notice.recipient_id and notice.recipient.dead_at:
        return str(_DEAD)
    if notice.state == "queued" and notice.look_found:
        return str(_HELD) % {"found": FOUND_NAMES[notice.look_found]}
    return str(_LEFT if notice.evidence == "person_leaves" else _SENTENCES[notice.state])


def choose(untrusted_public_id: str, choice: Choice, *, actor: Actor, token: int | None = None) -> str:
    """The state after the person's choice. Raises Refused, Conflict where somebody or something was faster.

    ``token`` is that of the notice that the person looked at.
    """
    notice = access_notice(untrusted_public_id)
    if choice == "retract":
        retract_notice(notice.public_id, actor=actor, reason="person")
        return access_notice(notice.public_id).state
    if notice.state == "failed" and choice == "send_again":
        return send_again(notice.public_id, actor=actor)
    return resolve_in_doubt(notice.public_id, _EVENTS[choice], actor=actor, token=token)
