"""What alerts there are, and what each says. Sentences for a mail that anybody may read on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tutela.kernel.log import declare_words

Event = Literal["began", "goes_on", "over"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One kind of alert. ``number`` says what its number counts; ``where`` where somebody looks."""

    word: str
    sentence: str
    number: str
    where: str


KINDS: tuple[Kind, ...] = (
    Kind(
        word="notice_old",
        sentence="A notice has not gone out for a long time.",
        number="minutes since the oldest one came into the outbox",
        where="Desk, Notices",
    ),
    Kind(
        word="notice_in_doubt",
        sentence="Nobody knows whether a notice went out.",
        number="notices in doubt",
        where="Desk, Notices",
    ),
    Kind(
        word="notice_refused",
        sentence="A notice was refused, or came back.",
        number="notices refused",
        where="Desk, Notices",
    ),
    Kind(
        word="second_look_overdue",
        sentence="A second look was not taken in time.",
        number="second looks overdue",
        where="Desk, Second looks",
    ),
    Kind(
        word="take_back_old",
        sentence="What was told by hand and was wrong has not been taken back.",
        number="hours since it waits for a person",
        where="Desk, Notices, Forms to fill in",
    ),
    Kind(
        word="queue_old",
        sentence="An item has waited for people for a long time.",
        number="hours since the oldest one was opened",
        where="Desk, Items",
    ),
    Kind(
        word="urgent_old",
        sentence="An urgent item waits for people.",
        number="minutes since the oldest one was opened",
        where="Desk, Items",
    ),
    Kind(
        word="job_parked",
        sentence="Work was given up and waits for a person.",
        number="jobs parked",
        where="Desk, Jobs",
    ),
    Kind(
        word="work_late",
        sentence="Work that is due is not done: does a worker run?",
        number="minutes since it was due",
        where="Desk, Jobs",
    ),
    Kind(
        word="referral_failed",
        sentence="A case could not be handed over.",
        number="referrals that failed",
        where="Desk, Referrals",
    ),
    Kind(
        word="referral_in_doubt",
        sentence="Nobody knows whether a case arrived at a partner.",
        number="referrals in doubt",
        where="Desk, Referrals",
    ),
    Kind(
        word="report_aside",
        sentence="Reports wait outside of the database.",
        number="reports in the spare area",
        where="tutela doctor",
    ),
    Kind(
        word="log_unsigned",
        sentence="Nobody signs the log.",
        number="minutes without a checkpoint",
        where="tutela doctor",
    ),
    Kind(
        word="disk_full",
        sentence="The disk is nearly full.",
        number="percent of it free",
        where="the machine",
    ),
    Kind(
        word="certificate_ends",
        sentence="A certificate ends soon, or has ended.",
        number="days that are left",
        where="the front that ends TLS",
    ),
    Kind(
        word="partner_certificate_ends",
        sentence="A certificate that cases are sealed to ends soon, or has ended.",
        number="days that are left",
        where="Desk, Referrals, Partners",
    ),
    Kind(
        word="list_ends",
        sentence="A list expires soon, or has expired.",
        number="days that are left",
        where="tutela list info",
    ),
)
BY_WORD: Mapping[str, Kind] = {kind.word: kind for kind in KINDS}
_EVENTS: Mapping[Event, str] = {"began": "began", "goes_on": "goes on", "over": "is over"}


def sentence_of(kind: Kind, event: Event, number: int) -> str:
    """What is told: what it is, how many, where to look; no id, no name, no address."""
    if event == "over":
        return f"Over: {kind.sentence}"
    return f"{kind.sentence} {number:,} {kind.number}. Look here: {kind.where}."


def subject_of(kind: Kind, event: Event) -> str:
    """The line above a mail."""
    return f"tutela: {kind.word.replace('_', ' ')} {_EVENTS[event]}"


def declare() -> None:
    """Return once the log knows this app's words; called once, when Django starts."""
    declare_words("notice_old", "notice_in_doubt", "notice_refused", "second_look_overdue", "queue_old")
    declare_words("urgent_old", "job_parked", "work_late", "referral_failed", "report_aside", "log_unsigned")
    declare_words("referral_in_doubt", "partner_certificate_ends")
    declare_words("disk_full", "certificate_ends", "list_ends", "began", "goes_on", "over")
