"""The reader's work, in the sender's process: one unread mail after another, each counted once.

The order of steps is the promise. A mail is fetched without being marked; what it is stands in the database,
with everything that follows from it, in one transaction; only then is it put away. Whatever ends this process
between two steps leaves a mail that is unread and, where it stands in the database already, known by its
digest: none is lost, and none counts twice.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from django.db import Error, connection

from tutela.hotline.database_clock import ClocksDiffer
from tutela.hotline.mailbox.actions import record_mail
from tutela.hotline.mailbox.incoming_mail import IncomingMail, digest_of, parse_mail
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.keys import PublicKeys
from tutela.kernel.egress.imap import Mailbox
from tutela.kernel.errors import TutelaError
from tutela.kernel.log import get_logger

#: Mails of one round, after which the mailbox is asked anew.
ROUND_MAX = 100
#: Seconds between two words in the log that the mailbox is away.
AWAY_AGAIN_SECONDS = 600.0
_log = get_logger("hotline.mailbox")


def unguarded() -> None:
    """For a reader whose clock nobody looks at: in tests."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingMeans:
    """What a reader works with. ``deletes``: answers do not stay in the mailbox."""

    mailbox: Mailbox
    keys: PublicKeys
    poll_seconds: float
    deletes: bool = False


class MailboxReader(ABC):
    """One reader of one mailbox. ``guard`` raises ClocksDiffer while nothing may be written."""

    def __init__(
        self, mailbox: Mailbox, poll_seconds: float, *, clock: Clock | None, guard: Callable[[], None]
    ) -> None:
        self._mailbox, self._poll_seconds = mailbox, poll_seconds
        self._clock, self._guard = clock or SystemClock(), guard
        self._away_at_seconds: float | None = None

    @abstractmethod
    def read(self, number: str) -> bool:
        """Whether the mail was there, stands in the database, and was put away."""

    def round(self) -> int:
        """How many mails were put away. Raises Unavailable; OperationalError while the database is away."""
        done = 0
        for number in self._mailbox.unread()[:ROUND_MAX]:
            done += self.read(number)
        self._away_at_seconds = None
        return done

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; the mail in hand is finished."""
        while not stop.is_set():
            if not self._patiently():
                self._mailbox.close()
                stop.wait(self._poll_seconds)
        self._mailbox.close()
        connection.close()

    def _patiently(self) -> bool:
        """Whether there may be more to read at once."""
        try:
            self._guard()
            return self.round() == ROUND_MAX
        except ClocksDiffer:
            return False
        except Error:  # away, or another reader was faster
            _log.warning("database_away")
        except TutelaError:
            self._say_away()
        connection.close()
        return False

    def _say_away(self) -> None:
        """Say once in a while that nothing can be read: the mailbox, or the vault's key, is not there."""
        now_seconds = self._clock.monotonic_seconds()
        if self._away_at_seconds is None or now_seconds >= self._away_at_seconds:
            self._away_at_seconds = now_seconds + AWAY_AGAIN_SECONDS
            _log.warning("mailbox_away")


class MailReader(MailboxReader):
    """One reader of answers."""

    def __init__(
        self, means: ReadingMeans, *, clock: Clock | None = None, guard: Callable[[], None] = unguarded
    ) -> None:
        super().__init__(means.mailbox, means.poll_seconds, clock=clock, guard=guard)
        self._means = means

    def read(self, number: str) -> bool:
        """Whether the mail was there, stands in the database, and was put away."""
        untrusted = self._means.mailbox.message(number)
        if untrusted is None:
            return False
        found = record_mail(_parsed(untrusted), self._means.keys, clock=self._clock)
        self._means.mailbox.put_away(number, kept=not (self._means.deletes and found.result == "answer"))
        if found.is_new:
            _log.info("mail_read", result=found.result)
        return True


def _parsed(untrusted: bytes) -> IncomingMail:
    """The mail. What trips the parser is one that cannot be read: it must not stop the others."""
    try:
        return parse_mail(untrusted)
    except Exception:  # noqa: BLE001 - anybody can send anything
        _log.exception("mail_fault")
        return IncomingMail(digest=digest_of(untrusted), reply=None)
