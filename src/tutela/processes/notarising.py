"""The notary's process: it alone holds the log's key, and signs how large the log is, every few minutes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tutela.kernel.errors import TutelaError, Unavailable
from tutela.kernel.log import declare_words, get_logger
from tutela.web.starting import start_django

if TYPE_CHECKING:
    from tutela.hotline.database_clock import ClockGuard

#: Seconds between two checkpoints: threat model ST-18, every ten minutes at the latest, with room for a busy
#: database.
SIGN_SECONDS = 300.0

declare_words("unavailable", "clocks_differ")
_log = get_logger("processes")


def run_notary(
    home: Path, stop: threading.Event, *, seconds: float = SIGN_SECONDS, say: Callable[[str], None]
) -> None:
    """Signs until ``stop`` is set, and once more then.

    What passes by itself (a busy database, a clock that differs from its own) is tried again. Raises
    Unavailable without the log's key, Refused where the log is not what its last checkpoint says: nothing
    more is signed, and a person has to look.
    """
    start_django()
    from tutela.hotline.database_clock import ClockGuard
    from tutela.hotline.house.checks import check_database
    from tutela.hotline.ledger.log_keys import log_key

    check_database()
    key, guard = log_key(home), ClockGuard()
    say(f"notary: signs the log {key.name} every {seconds:g} seconds")
    while not stop.is_set():
        _sign(home, guard)
        stop.wait(seconds)
    _sign(home, guard)


def _sign(home: Path, guard: ClockGuard) -> None:
    from tutela.hotline.databases import answering
    from tutela.hotline.ledger.log_keys import log_key
    from tutela.hotline.ledger.signing import sign_and_keep

    try:
        with answering():
            guard.check()
            sign_and_keep(home, log_key(home))
    except Unavailable as error:
        _log.warning("checkpoint_not_signed", error=error.code)
    except TutelaError:
        _log.error("checkpoint_refused")
        raise
