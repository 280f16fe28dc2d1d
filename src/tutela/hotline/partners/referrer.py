"""The referrer's work, in the sender's process: one referral after another into its partner's folder.

Why the sender: it is the process that may have addresses opened for what leaves this house and that meets no
browser (the map of decisions.md section 4). The opener writes each opening down before it releases the text.

The order of steps is the promise. The document is made and sealed once, and kept with its digest in the
database before a byte of it goes anywhere; then those very bytes are written durably under the referral's
name; then it is written down that they stand there. Whatever ends this process between two steps leaves a
referral that is in line, and the next try hands over the same bytes: never two different documents, none
lost.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection

from tutela.hotline.database_clock import ClocksDiffer
from tutela.hotline.partners.actions import record_delayed, record_failed, record_handed, record_sealed
from tutela.hotline.partners.documents import build_document
from tutela.hotline.partners.drop_folder import drop_document
from tutela.hotline.partners.models import Referral
from tutela.hotline.partners.queries import next_referral
from tutela.hotline.partners.rendering import ARCHIVE_BYTES_MAX, render_sealed
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.mandate.shapes import Mandate
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Refused, TutelaError, Unavailable
from tutela.kernel.log import get_logger
from tutela.kernel.opener.asking import Opens
from tutela.kernel.opener.orders import OpenOrder

#: Seconds that an idle referrer waits before it looks again.
IDLE_SECONDS = 1.0
#: Random bytes of an answer link's token: 160 bits.
TOKEN_BYTES = 20
_log = get_logger("hotline.partners")


class _Hindered(Exception):  # noqa: N818 - never leaves this module
    """Why a referral goes no further now: a word of ``acts.TROUBLES``, and whether it heals by itself."""

    def __init__(self, trouble: str, *, heals: bool) -> None:
        super().__init__(trouble)
        self.trouble, self.heals = trouble, heals


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """What a referrer works with: the opener, the drop folder, and the public's address for answers."""

    opener: Opens
    folder: Path
    public_url: str


def _unguarded() -> None:
    """For a referrer whose clock nobody looks at: in tests."""


class Referrer:
    """One referrer. ``guard`` raises ClocksDiffer while nothing may be handed over."""

    def __init__(
        self, reach: Reach, *, clock: Clock | None = None, guard: Callable[[], None] = _unguarded
    ) -> None:
        self._reach, self._clock, self._guard = reach, clock or SystemClock(), guard

    def step(self) -> bool:
        """Whether a referral was tried. Raises Django's OperationalError while the database is away."""
        referral = next_referral(self._clock.now())
        if referral is None:
            return False
        name = referral.public_id
        try:
            self._hand_over(referral)
        except Conflict:
            _log.warning("referral_overtaken", referral=name)
        except _Hindered as hindered:
            self._hinder(name, hindered)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # noqa: BLE001 - one that fails for a reason of its own must not stop the others
            _log.exception("referral_fault")
            self._hinder(name, _Hindered("fault", heals=True))
        return True

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; what is in hand is finished. The database may be away for a while."""
        while not stop.is_set():
            if not self._patiently():
                stop.wait(IDLE_SECONDS)
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

    def _hand_over(self, referral: Referral) -> None:
        name, partner = referral.public_id, referral.partner.public_id
        sealed = bytes(referral.document_sealed) or self._sealed(referral)
        try:
            drop_document(self._reach.folder, partner, name, sealed)
        except Unavailable as error:
            raise _Hindered("disk", heals=True) from error
        record_handed(name, clock=self._clock)
        _log.info("referral_handed", referral=name, size_bytes=len(sealed))

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
        try:
            sealed = render_sealed(document, referral.partner.keys["age"])
        except ValueError as error:
            raise _Hindered("keys", heals=False) from error
        if len(sealed) > ARCHIVE_BYTES_MAX:
            raise _Hindered("too_large", heals=False)
        return record_sealed(referral.public_id, sealed, token=token, clock=self._clock)

    def _opened(self, sighting: str, sealed: bytes) -> str:
        order = OpenOrder(purpose="hand_over", kind="process", who="sender", case=sighting, sealed=sealed)
        try:
            return self._reach.opener.text(order)
        except Unavailable as error:
            broken = error.code == "damaged"
            raise _Hindered("not_opened" if broken else "opener_away", heals=not broken) from error
        except TutelaError as error:
            raise _Hindered("not_opened", heals=False) from error

    def _hinder(self, referral: str, hindered: _Hindered) -> None:
        record = record_delayed if hindered.heals else record_failed
        record(referral, hindered.trouble, clock=self._clock)
        _log.warning("referral_hindered", referral=referral, trouble=hindered.trouble)


def _mandate(clock: Clock) -> Mandate:
    try:
        return mandate_in_force(clock=clock)
    except Refused as error:
        raise _Hindered("no_mandate", heals=True) from error
