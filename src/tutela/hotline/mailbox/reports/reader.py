"""The reader of the mailbox of reports: a head first, and the mail itself only where it is a partner's.

A mail is marked as read only once its reports stand in the database. While that takes nothing, the mailbox is
where the reports wait: nothing was acknowledged to anybody, and nothing is put aside a second time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.mailbox.incoming_mail import digest_of
from tutela.hotline.mailbox.reader import MailboxReader, unguarded
from tutela.hotline.mailbox.reports.actions import take_in
from tutela.hotline.mailbox.reports.contents import Contents, parse_contents
from tutela.hotline.mailbox.reports.senders import Whose, whose_mail
from tutela.hotline.settings import SenderSettings
from tutela.kernel.clock import Clock
from tutela.kernel.egress.imap import Mailbox
from tutela.kernel.log import get_logger

_log = get_logger("hotline.mailbox")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportMeans:
    """What a reader works with. ``server`` is the authserv-id; ``deletes``: what was taken whole goes."""

    mailbox: Mailbox
    keys: SealingKeys
    senders: Sequence[SenderSettings]
    server: str
    poll_seconds: float
    deletes: bool = False


class ReportReader(MailboxReader):
    """One reader of reports."""

    def __init__(
        self, means: ReportMeans, *, clock: Clock | None = None, guard: Callable[[], None] = unguarded
    ) -> None:
        super().__init__(means.mailbox, means.poll_seconds, clock=clock, guard=guard)
        self._means = means

    def read(self, number: str) -> bool:
        """Whether the mail was there, stands in the database, and was put away."""
        untrusted_head = self._means.mailbox.head(number)
        if untrusted_head is None:
            return False
        whose = self._whose(untrusted_head)
        if not whose.is_proved:
            self._keep(Contents(result="unproved" if whose.sender else "stranger"), whose, untrusted_head)
            self._means.mailbox.put_away(number, kept=True)
            return True
        untrusted = self._means.mailbox.message(number)
        return untrusted is not None and self._read_whole(number, untrusted)

    def _read_whole(self, number: str, untrusted: bytes) -> bool:
        whose = self._whose(head_of(untrusted))
        contents = _parsed(untrusted, whose)
        self._keep(contents, whose, untrusted, digest=whole_digest(untrusted))
        self._means.mailbox.put_away(number, kept=not (self._means.deletes and contents.is_whole))
        return True

    def _whose(self, untrusted_head: bytes) -> Whose:
        return whose_mail(untrusted_head, self._means.senders, self._means.server)

    def _keep(self, contents: Contents, whose: Whose, untrusted: bytes, *, digest: str = "") -> None:
        named = digest or digest_of(untrusted)
        if take_in(contents, self._means.keys, digest=named, sender=whose.name, clock=self._clock):
            _log.info("report_mail_read", result=contents.result, reports=len(contents.told))


def _parsed(untrusted: bytes, whose: Whose) -> Contents:
    """What it says. What trips the parser is a mail that cannot be read: it must not stop the others."""
    if not whose.is_proved or whose.sender is None:
        return Contents(result="unproved")  # another mail than its head a moment ago
    try:
        return parse_contents(untrusted, may_be_urgent=whose.sender.urgent)
    except Exception:  # noqa: BLE001 - a partner's mailbox may be in other hands
        _log.exception("mail_fault")
        return Contents(result="unreadable")


def head_of(untrusted: bytes) -> bytes:
    """The mail's head, to the first empty line."""
    ends = [place for mark in (b"\r\n\r\n", b"\n\n") if (place := untrusted.find(mark)) >= 0]
    return untrusted[: min(ends)] if ends else untrusted


def whole_digest(untrusted: bytes) -> str:
    """By what a mail is known again that was opened, hex: its own headers, and what it says."""
    said = hashlib.sha256(untrusted[len(head_of(untrusted)) :]).hexdigest()
    return hashlib.sha256(f"{digest_of(untrusted)}\x00{said}".encode("ascii")).hexdigest()
