"""Who may be asked, and asking them: by name, with a legal basis, within a time limit, never about the known.

An opinion never changes a status: ``opinions`` stands beside it in the answer for the role ``detail``.
What goes wrong outside is said as a word; nothing that the other side wrote is repeated.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from tutela.detect.matching.shapes import Decision
from tutela.detect.service.outside.opinion_contract import SLOT
from tutela.detect.service.outside.opinions import (
    LEAVING,
    Leaving,
    Opinion,
    OutsideAnswer,
    Subject,
    check_answer,
    question_for,
)
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, Refused, TutelaError
from tutela.kernel.slots import Slot

#: Seconds for all opinions on one file together; they are asked at the same time. Our own, below the
#: 15 s after which a client usually gives up.
TIME_LIMIT_SECONDS = 5.0
#: Questions that one opinion has in hand at once; above it the answer is ``busy``. Our own: PhotoDNA Cloud's
#: public page allows 5 to 10 requests a second.
AT_ONCE = 4
#: Characters of a legal basis that say something: "GDPR 6(1)(c)" has 12.
LEGAL_BASIS_CHARACTERS_MIN = 10
#: Statuses about which nobody needs to be asked, or nothing could be sent.
NOT_ASKED = ("known", "unreadable", "refused")


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """What the settings say about one opinion: its name, why asking is lawful, and what may leave.

    ``options`` are the plug-in's own settings.
    """

    name: str
    legal_basis: str = ""
    leaves: tuple[Leaving, ...] = ()
    options: Mapping[str, object] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """What one opinion said, or the word why it said nothing."""

    name: str
    version: str
    simulated: bool
    answer: OutsideAnswer | None = None
    why: str = ""

    def fields(self) -> dict[str, Any]:
        """The JSON of one opinion in an answer for the role ``detail``."""
        fields: dict[str, Any] = {"name": self.name, "version": self.version, "simulated": self.simulated}
        if self.answer is None:
            return fields | {"asked": False, "why": self.why}
        return fields | {
            "asked": True,
            "score": round(self.answer.score, 4),
            "label": self.answer.label,
            "reasons": list(self.answer.reasons),
            "model": self.answer.model,
        }


class Panel:
    """The opinions that may be asked. Threads may share it.

    Raises Refused for an opinion without a legal basis or that sends more than was allowed, Invalid for one
    that is named twice.
    """

    def __init__(
        self,
        opinions: Sequence[tuple[Consent, Opinion]],
        *,
        clock: Clock | None = None,
        time_limit_seconds: float = TIME_LIMIT_SECONDS,
    ) -> None:
        self._seats = [_Seat(check_consent(consent, opinion)) for consent, opinion in opinions]
        if len({seat.opinion.name for seat in self._seats}) != len(self._seats):
            raise Invalid("an opinion is named twice", field="service.opinions")
        self._clock = SystemClock() if clock is None else clock
        self._time_limit_seconds = time_limit_seconds

    @classmethod
    def enabled(cls, consents: Sequence[Consent], *, slot: Slot[Opinion] = SLOT, **options: Any) -> Panel:
        """The panel of the opinions that the settings name, each loaded and checked.

        Raises Refused, Invalid, Unavailable (not installed), Conflict: the service does not start then.
        """
        for consent in consents:
            check_legal_basis(consent)
        return cls([(one, slot.load(one.name, one.options)) for one in consents], **options)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the opinions that may be asked."""
        return tuple(seat.opinion.name for seat in self._seats)

    def opinions(self, decision: Decision, subject: Subject) -> tuple[Spoken, ...]:
        """What everybody on the panel says; nobody is asked about what is known, known good or unreadable.

        The bytes are read once, and only when somebody may have them. Takes at most the time limit.
        """
        if not self._seats or decision.status in NOT_ASKED or decision.known_good:
            return ()
        content = self._content(subject)
        waiting = [(seat, seat.start(subject, content)) for seat in self._seats]
        until = self._clock.monotonic_seconds() + self._time_limit_seconds
        return tuple(
            seat.heard(answers, until - self._clock.monotonic_seconds()) for seat, answers in waiting
        )

    def _content(self, subject: Subject) -> bytes:
        needed = any("bytes" in seat.about.leaves and not seat.unfit(subject) for seat in self._seats)
        return subject.read() if needed else b""


def check_legal_basis(consent: Consent) -> None:
    """Returns when the settings say why asking is lawful; raises Refused otherwise."""
    if len(consent.legal_basis.strip()) < LEGAL_BASIS_CHARACTERS_MIN:
        raise Refused(
            f"service.opinion_terms.{consent.name}.legal_basis is empty: "
            "say under which law contents may be sent there"
        )


def check_consent(consent: Consent, opinion: Opinion) -> Opinion:
    """The opinion. Raises Refused without a legal basis, or when it sends what was not allowed to leave."""
    check_legal_basis(consent)
    if opinion.name != consent.name:
        raise Invalid(f"the plug-in calls itself {opinion.name}", field=f"service.opinions.{consent.name}")
    if not set(consent.leaves) <= set(LEAVING):
        raise Invalid(f"some of {', '.join(LEAVING)}", field=f"service.opinion_terms.{consent.name}.leaves")
    beyond = sorted(opinion.about.leaves - set(consent.leaves))
    if beyond:
        raise Refused(
            f"service.opinion_terms.{consent.name}.leaves does not allow what it would send: "
            f"{', '.join(beyond)}"
        )
    return opinion


class _Seat:
    """One opinion with its own bound on questions at once."""

    def __init__(self, opinion: Opinion) -> None:
        #: As it was when the settings allowed it; a plug-in cannot widen it later.
        self.opinion, self.about = opinion, opinion.about
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def unfit(self, subject: Subject) -> str:
        """Why this opinion cannot be asked about the subject, or nothing."""
        about = self.about
        if subject.medium not in about.media:
            return "other_medium"
        if "bytes" in about.leaves and subject.size_bytes > about.content_bytes_max:
            return "too_large"
        return ""

    def start(self, subject: Subject, content: bytes) -> SimpleQueue[Spoken]:
        """Where the answer will be; the question runs in a thread that nobody waits for at the end."""
        answers: SimpleQueue[Spoken] = SimpleQueue()
        why = self.unfit(subject)
        if why or not self._free.acquire(blocking=False):
            answers.put(self._silent(why or "busy"))
        else:
            threading.Thread(target=self._ask, args=(subject, content, answers), daemon=True).start()
        return answers

    def heard(self, answers: SimpleQueue[Spoken], left_seconds: float) -> Spoken:
        """The answer, or that it did not come in time."""
        try:
            return answers.get(timeout=max(left_seconds, 0.0))
        except Empty:
            return self._silent("time_limit")

    def _ask(self, subject: Subject, content: bytes, answers: SimpleQueue[Spoken]) -> None:
        try:
            answers.put(self._spoken(subject, content))
        finally:
            self._free.release()

    def _spoken(self, subject: Subject, content: bytes) -> Spoken:
        try:
            answer = check_answer(self.opinion.ask(question_for(self.about, subject, content)))
        except TutelaError as error:
            return self._silent(error.code)
        except Exception:  # noqa: BLE001 - somebody else's code: its fault is said as a word, the answer goes on
            return self._silent("failed")
        return Spoken(**self._who(), answer=answer)

    def _silent(self, why: str) -> Spoken:
        return Spoken(**self._who(), why=why)

    def _who(self) -> dict[str, Any]:
        opinion = self.opinion
        return {"name": opinion.name, "version": opinion.version, "simulated": self.about.simulated}
