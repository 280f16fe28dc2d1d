"""The referrer's work, in the sender's process: one referral after another to a partner's folder or mailbox.

Why the sender: it is the process that may have addresses opened for what leaves this house and that meets no
browser (the map of decisions.md section 4). The opener writes each opening down before it releases the text.

The order of steps is the promise. The document is made and sealed once, and kept with its digest in the
database before a byte of it goes anywhere; then those very bytes are written durably under the referral's
name; then it is written down that they stand there. Whatever ends this process between two steps leaves a
referral that is in line, and the next try hands over the same bytes: never two different documents, none
lost.

By mail the same bytes go as an S/MIME envelope, and here nobody can do it again and leave what was there
(RFC 1047). So a try is claimed first; what ends this process between the claim and the server's answer leaves
a referral that is in doubt once its lease is over, and that a person settles.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection

from tutela.hotline.database_clock import ClocksDiffer
from tutela.hotline.partners.actions import (
    claim_mailing,
    find_doubts,
    record_delayed,
    record_failed,
    record_handed,
    record_mailed,
    record_sealed,
)
from tutela.hotline.partners.actions.mailing import Try
from tutela.hotline.partners.acts import HOWS
from tutela.hotline.partners.documents import ReferralDocument, build_document
from tutela.hotline.partners.drop_folder import drop_document
from tutela.hotline.partners.envelopes import ENVELOPE_BYTES_MAX, render_envelope
from tutela.hotline.partners.models import Partner, Referral
from tutela.hotline.partners.post import HinderedError, Post, good_certificates
from tutela.hotline.partners.queries import next_referral
from tutela.hotline.partners.rendering import ARCHIVE_BYTES_MAX, render_sealed
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.mandate.shapes import Mandate
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.answers import Answer
from tutela.kernel.errors import Conflict, Refused, TutelaError, Unavailable
from tutela.kernel.log import get_logger
from tutela.kernel.opener.asking import Opens
from tutela.kernel.opener.orders import OpenOrder

#: Seconds that an idle referrer waits before it looks again.
IDLE_SECONDS = 1.0
#: Seconds beyond the longest try by mail after which its lease is over (as that of a notice).
LEASE_MARGIN_SECONDS = 30.0
#: Random bytes of an answer link's token: 160 bits.
TOKEN_BYTES = 20
_log = get_logger("hotline.partners")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """What a referrer works with: the opener, the drop folder, mail, and the public's address for answers."""

    opener: Opens
    folder: Path
    public_url: str
    post: Post


def _unguarded() -> None:
    """For a referrer whose clock nobody looks at: in tests."""


class Referrer:
    """One referrer, for the partners that are reached in the ways ``hows``.

    ``guard`` raises ClocksDiffer while nothing may be handed over.
    """

    def __init__(
        self,
        reach: Reach,
        *,
        hows: Collection[str] = HOWS,
        clock: Clock | None = None,
        guard: Callable[[], None] = _unguarded,
    ) -> None:
        self._reach, self._hows = reach, hows
        self._clock, self._guard = clock or SystemClock(), guard
        self._unrecorded: tuple[Try, Answer] | None = None

    def step(self) -> bool:
        """Whether a referral was tried. Raises Django's OperationalError while the database is away."""
        self._tend()
        referral = next_referral(self._clock.now(), self._hows)
        if referral is None:
            return False
        name = referral.public_id
        try:
            self._hand_over(referral)
        except Conflict:
            _log.warning("referral_overtaken", referral=name)
        except HinderedError as hindered:
            self._hinder(name, hindered)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # noqa: BLE001 - one that fails for a reason of its own must not stop the others
            _log.exception("referral_fault")
            self._hinder(name, HinderedError("fault", heals=True))
        return True

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; what is in hand is finished. The database may be away for a while."""
        while not stop.is_set():
            if not self._patiently():
                self._reach.post.mailer.close()
                stop.wait(IDLE_SECONDS)
        self._reach.post.mailer.close()
        connection.close()

    def _patiently(self) -> bool:
        try:
            self._guard()
            return self.step()
        except ClocksDiffer:
            return False
        except (OperationalError, InterfaceError):
            _log.warning("database_away")
            connection.close()
            return False

    def _tend(self) -> None:
        """Write down an answer that is still in hand, and which tries ended without one."""
        if self._unrecorded is not None:
            self._record(*self._unrecorded)
        for name in find_doubts(clock=self._clock):
            _log.error("referral_in_doubt", referral=name)

    def _hand_over(self, referral: Referral) -> None:
        if referral.partner.how == "mail":
            self._mail(referral)
        else:
            self._drop(referral)

    def _drop(self, referral: Referral) -> None:
        name, partner = referral.public_id, referral.partner.public_id
        sealed = self._document(referral)
        try:
            drop_document(self._reach.folder, partner, name, sealed)
        except Unavailable as error:
            raise HinderedError("disk", heals=True) from error
        record_handed(name, clock=self._clock)
        _log.info("referral_handed", referral=name, size_bytes=len(sealed))

    def _mail(self, referral: Referral) -> None:
        """Send the letter; whatever may go wrong with it goes wrong before it is claimed."""
        post, clock = self._reach.post, self._clock
        post.check_open(referral.partner)
        good_certificates(referral.partner, clock)
        letter = post.letter(referral, self._document(referral), now=clock.now())
        attempt = claim_mailing(
            referral.public_id,
            message_id=letter.message_id,
            lease_seconds=post.mailer.attempt_seconds + LEASE_MARGIN_SECONDS,
            clock=clock,
        )
        self._record(attempt, post.mailer.deliver(letter))

    def _record(self, attempt: Try, answer: Answer) -> None:
        """Write the answer down; where the database is away it is kept for the next step."""
        self._unrecorded = (attempt, answer)
        try:
            state = record_mailed(attempt, answer, clock=self._clock)
        except Conflict:
            _log.warning("referral_overtaken", referral=attempt.referral)
        else:
            _log.info("referral_mailed", referral=attempt.referral, state=state, code=answer.code)
        self._unrecorded = None

    def _document(self, referral: Referral) -> bytes:
        """The one document, sealed: the one that was made before, or a new one."""
        return bytes(referral.document_sealed) or self._sealed(referral)

    def _sealed(self, referral: Referral) -> bytes:
        """The document, made and kept; what an earlier one says is what is said."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        document = build_document(
            referral,
            _mandate(self._clock),
            answer=f"{self._reach.public_url}/answer/{token}",
            made_at=self._clock.now(),
            opened=self._opened,
        )
        sealed = self._closed(document, referral.partner)
        if len(sealed) > (ENVELOPE_BYTES_MAX if referral.partner.how == "mail" else ARCHIVE_BYTES_MAX):
            raise HinderedError("too_large", heals=False)
        return record_sealed(referral.public_id, sealed, token=token, clock=self._clock)

    def _closed(self, document: ReferralDocument, partner: Partner) -> bytes:
        """The document as the partner alone can open it."""
        if partner.how == "mail":
            return render_envelope(document, good_certificates(partner, self._clock))
        try:
            return render_sealed(document, partner.keys["age"])
        except ValueError as error:
            raise HinderedError("keys", heals=False) from error

    def _opened(self, sighting: str, sealed: bytes) -> str:
        order = OpenOrder(purpose="hand_over", kind="process", who="sender", case=sighting, sealed=sealed)
        try:
            return self._reach.opener.text(order)
        except Unavailable as error:
            broken = error.code == "damaged"
            raise HinderedError("not_opened" if broken else "opener_away", heals=not broken) from error
        except TutelaError as error:
            raise HinderedError("not_opened", heals=False) from error

    def _hinder(self, referral: str, hindered: HinderedError) -> None:
        record = record_delayed if hindered.heals else record_failed
        try:
            record(referral, hindered.trouble, clock=self._clock)
        except Conflict:  # it may have gone out: its lease puts it in doubt
            _log.warning("referral_overtaken", referral=referral)
        else:
            _log.warning("referral_hindered", referral=referral, trouble=hindered.trouble)


def _mandate(clock: Clock) -> Mandate:
    try:
        return mandate_in_force(clock=clock)
    except Refused as error:
        raise HinderedError("no_mandate", heals=True) from error
