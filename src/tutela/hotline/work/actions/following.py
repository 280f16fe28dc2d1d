"""The step that follows from the one in hand, done in the same transaction where it may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tutela.hotline.work.actions.putting import put
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import find_handler, nothing_outside
from tutela.kernel.clock import Clock
from tutela.kernel.log import get_logger

_log = get_logger("work")


def follow(
    kind: str,
    arguments: Mapping[str, Any],
    claim: Claim,
    result: Any = None,
    *,
    key: str,
    clock: Clock | None = None,
) -> bool:
    """Whether a job of this kind, which is all inside, was done here and now; else it is put, and waits.

    In the transaction of the job that ``claim`` holds; ``result`` is what its inside part is told. What
    refuses to be done here leaves nothing behind and is put like any other: its own job meets the same, is
    tried again, parked and shown. Saves a claim and a transaction.
    """
    handler = find_handler(kind)
    if handler is not None and handler.outside is nothing_outside:
        try:
            with transaction.atomic():
                handler.inside(arguments, result, claim)
        except Exception:  # noqa: BLE001 - whatever it is, the job of its own meets it, and is shown
            _log.exception("follow_refused", job=claim.job)
        else:
            return True
    put(kind, arguments, key=key, clock=clock)
    return False
