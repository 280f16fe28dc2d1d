"""The sender's work: one letter after another, the most urgent first, each handed over at most once.

The order of steps is the promise (fault-injection.md section 4). At the start, what an earlier life of this
sender held is put in doubt. Then: claim, in a transaction of its own; open the addresses; hand over; write
down what was answered. Whatever ends this process between two steps leaves notices that are queued, or such
that are ``sending`` and will be in doubt: never one that is sent twice.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection

from tutela.hotline.database_clock import ClocksDiffer
from tutela.hotline.takedown.actions import (
    ask_for_looks,
    claim_sending,
    find_in_doubt,
    record_answer,
    resolve_in_doubt,
)
from tutela.hotline.takedown.actions.gathering import TOO_LARGE
from tutela.hotline.takedown.actions.sending import SENDER
from tutela.hotline.takedown.attempts import Attempt, Carried
from tutela.hotline.takedown.letterhead import Manner
from tutela.hotline.takedown.politeness import Politeness
from tutela.hotline.takedown.queries import Outbox, doubts, outbox
from tutela.hotline.takedown.rendering import render_letter
from tutela.hotline.takedown.retrying import Chance, probe_after_seconds
from tutela.hotline.takedown.states import Event
from tutela.hotline.takedown.traces import MailTrace, Trace
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.answers import Answer, Stage
from tutela.kernel.egress.smtp import Mailer
from tutela.kernel.errors import Conflict, Invalid, TutelaError, Unavailable
from tutela.kernel.log import get_logger
from tutela.kernel.opener.asking import Opens
from tutela.kernel.opener.orders import OpenOrder
from tutela.share.notices.contents import Letterhead

#: Seconds between two rounds of tending: dead senders, evidence, looks, the alarm (rule 5 asks for 60).
TEND_SECONDS = 15.0
#: Seconds after which an alarm that goes on is said again.
ALARM_AGAIN_SECONDS = 600.0
#: Seconds that an idle sender waits before it looks again.
IDLE_SECONDS = 0.5
#: Seconds beyond the longest attempt after which its lease is over.
LEASE_MARGIN_SECONDS = 30.0
#: Which evidence a trace is.
_EVENTS: dict[Trace, Event] = {
    "accepted": "trace_accepted",
    "absent": "trace_absent",
    "bounced": "trace_bounced",
}
_log = get_logger("hotline.takedown")


@dataclass(frozen=True, kw_only=True, slots=True)
class Means:
    """What a sender works with."""

    mailer: Mailer
    opener: Opens
    head: Letterhead
    trace: MailTrace
    manner: Manner = field(default_factory=Manner)
    per_host_per_minute: int = 120
    gather_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How a try ended. ``failing`` are notices that could not be written; ``shrinks``: what remains of the
    letter is tried at once, as a smaller one.
    """

    answer: Answer
    failing: frozenset[str] = frozenset()
    shrinks: bool = False


#: Our own trouble, which the next letter would have too; and what cannot be written at all.
_LATER = Outcome(answer=Answer(result="temporary", stage="preparing"))
_NEVER = Outcome(answer=Answer(result="permanent", stage="preparing"))


def _unguarded() -> None:
    """For a sender whose clock nobody looks at: in tests."""


class Sender:
    """One sender. ``name`` is its alone: whoever makes it holds the lock of that name.

    ``guard`` raises ClocksDiffer while nothing may be sent.
    """

    def __init__(
        self,
        name: str,
        means: Means,
        *,
        clock: Clock | None = None,
        chance: Chance = random.random,
        guard: Callable[[], None] = _unguarded,
    ) -> None:
        self.name, self._means, self._guard = name, means, guard
        self._clock, self._chance = clock or SystemClock(), chance
        self._politeness = Politeness(means.per_host_per_minute)
        self._lease_seconds = means.mailer.attempt_seconds + LEASE_MARGIN_SECONDS
        self._unrecorded: tuple[Attempt, Outcome] | None = None
        self._probes, self._probe_at_seconds = 0, 0.0
        self._stopped_at: Stage = "connection"
        self._tend_at_seconds = self._alarm_at_seconds = 0.0
        self._recovered = False

    def recover(self) -> tuple[str, ...]:
        """Ids of notices that an earlier life of this sender left in doubt. Call it before the first step."""
        found = self._found(find_in_doubt(self.name, clock=self._clock))
        self._recovered = True
        return found

    def step(self) -> bool:
        """Whether a letter was tried. Raises Django's OperationalError while the database is away."""
        if self._unrecorded is not None:
            self._record(*self._unrecorded)
        if self._is_paused():
            return False
        now_seconds = self._clock.monotonic_seconds()
        attempt = claim_sending(
            self.name,
            lease_seconds=self._lease_seconds,
            busy_hosts=self._politeness.busy(now_seconds),
            is_test=self._means.manner.test_mailbox is not None,
            gather_seconds=self._means.gather_seconds,
            clock=self._clock,
        )
        if attempt is None:
            return False
        outcome = self._try(attempt)
        self._politeness.sent(attempt.host, now_seconds)
        self._record(attempt, outcome)
        if outcome.answer.about_server and not outcome.shrinks:
            self._pause(outcome.answer.stage)
        else:
            self._probes = 0
        return True

    def tend(self) -> None:
        """Return once dead senders' notices are in doubt, evidence was asked for, and an alarm was logged."""
        self._found(find_in_doubt(clock=self._clock))
        self.settle()
        if not self._probes or self._stopped_at == "preparing":
            ask_for_looks(clock=self._clock)
        self._alarm(outbox(self._clock.now()))

    def settle(self) -> int:
        """How many doubts of this sender's own the mail server's traces settled."""
        settled = 0
        for doubt in doubts(self.name):
            trace = self._means.trace.find(doubt.message_id, since=doubt.since, until=doubt.until)
            event = None if trace == "absent" and doubt.was_restored else _EVENTS.get(trace)
            if event is not None:
                settled += self._resolved(doubt.notice, event, doubt.token)
        return settled

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; what is in hand is finished."""
        while not stop.is_set():
            if not self._patiently(self._round):
                self._means.mailer.close()
                stop.wait(IDLE_SECONDS)
        self._means.mailer.close()

    def tend_in_time(self) -> None:
        """Tend where it is time to: a sender that has begun only now recovers first."""
        if not self._recovered:
            self.recover()
        now_seconds = self._clock.monotonic_seconds()
        if now_seconds >= self._tend_at_seconds:
            self._tend_at_seconds = now_seconds + TEND_SECONDS
            self.tend()

    def _round(self) -> bool:
        """Whether a notice was tried. While the clocks differ none is, and none counts as a dead sender's."""
        try:
            self._guard()
        except ClocksDiffer:
            return False
        self.tend_in_time()
        return self.step()

    def _patiently(self, act: Callable[[], bool]) -> bool:
        """What ``act`` returns, or False while the database is away: what is in hand is kept."""
        try:
            return act()
        except (OperationalError, InterfaceError):
            _log.warning("database_away")
            connection.close()
            return False

    def _try(self, attempt: Attempt) -> Outcome:
        """What became of the attempt. Where it could not be prepared, nothing went anywhere."""
        try:
            urls = self._opened(attempt)
            if None in urls.values():
                return _without(urls)
            told = [url for url in urls.values() if url is not None]
            head, manner = self._means.head, self._means.manner
            letter = render_letter(attempt, told, head, manner, now=self._clock.now())
        except Unavailable:
            return _LATER
        except Invalid:
            return _smaller(attempt)
        except TutelaError:
            return _NEVER
        return Outcome(answer=self._means.mailer.deliver(letter))

    def _opened(self, attempt: Attempt) -> dict[str, str | None]:
        """The address of each notice, None for one that nobody can open. Raises Unavailable."""
        if attempt.retracts:
            return {}
        return {carried.notice: self._address(carried) for carried in attempt.notices}

    def _address(self, carried: Carried) -> str | None:
        try:
            return self._means.opener.text(_order(carried))
        except Unavailable:
            raise
        except TutelaError:
            return None

    def _record(self, attempt: Attempt, outcome: Outcome) -> None:
        """Write the answer down; where the database is away it is kept for the next step."""
        self._unrecorded = (attempt, outcome)
        answer = outcome.answer
        try:
            state = record_answer(
                attempt,
                answer,
                failing=outcome.failing,
                at_once=outcome.shrinks,
                chance=self._chance,
                clock=self._clock,
            )
        except Conflict:
            _log.warning("letter_overtaken", letter=attempt.letter)
        else:
            _log.info(
                "letter_tried",
                letter=attempt.letter,
                notices=len(attempt.notices),
                state=state,
                stage=answer.stage,
                code=answer.code,
            )
        self._unrecorded = None

    def _is_paused(self) -> bool:
        """Whether the server is to be left alone; where its pause is over it is probed, without a notice."""
        if not self._probes:
            return False
        if self._clock.monotonic_seconds() < self._probe_at_seconds:
            return True
        if self._stopped_at == "preparing":
            return False  # the opener cannot be asked without a notice: one is tried
        if self._means.mailer.probe():
            self._probes, self._tend_at_seconds = 0, 0.0  # tend first: the urgent ones may need a look
        else:
            self._pause(self._stopped_at)
        return True

    def _pause(self, stage: Stage) -> None:
        self._probes, self._stopped_at = self._probes + 1, stage
        seconds = probe_after_seconds(self._probes, self._chance)
        self._probe_at_seconds = self._clock.monotonic_seconds() + seconds
        _log.warning("mail_server_away", probes=self._probes, seconds=int(seconds))

    def _alarm(self, state: Outbox) -> None:
        """Say at once that somebody has to look, and again while nobody has."""
        now_seconds = self._clock.monotonic_seconds()
        if not state.alarm:
            self._alarm_at_seconds = 0.0
        elif now_seconds >= self._alarm_at_seconds:
            self._alarm_at_seconds = now_seconds + ALARM_AGAIN_SECONDS
            _log.error(
                "notices_alarm",
                in_doubt=state.in_doubt,
                queued=state.queued,
                oldest_seconds=int(state.oldest_seconds),
                second_looks_overdue=state.second_looks_overdue,
            )

    def _found(self, notices: tuple[str, ...]) -> tuple[str, ...]:
        for notice in notices:
            _log.error("notice_in_doubt", notice=notice)
        return notices

    def _resolved(self, notice: str, event: Event, token: int) -> bool:
        try:
            state = resolve_in_doubt(notice, event, actor=SENDER, token=token, clock=self._clock)
        except Conflict:
            return False
        _log.info("notice_settled", notice=notice, evidence=event, state=state)
        return True


def _without(urls: dict[str, str | None]) -> Outcome:
    """That some addresses cannot be opened: their notices fail, the others go out without them."""
    failing = frozenset(notice for notice, url in urls.items() if url is None)
    if len(failing) == len(urls):
        return _NEVER
    return Outcome(answer=_LATER.answer, failing=failing, shrinks=True)


def _smaller(attempt: Attempt) -> Outcome:
    """That a message of this size cannot be sent: with half of its places, if it has several."""
    if len(attempt.notices) == 1:
        return _NEVER
    answer = Answer(result="temporary", stage="preparing", code=TOO_LARGE)
    return Outcome(answer=answer, shrinks=True)


def _order(carried: Carried) -> OpenOrder:
    return OpenOrder(
        purpose="notice", kind="process", who="sender", case=carried.sighting, sealed=carried.url_sealed
    )
