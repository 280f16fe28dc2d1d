"""The one writer of a notice's state: asks the table, writes the row, keeps it locked until the end."""

from __future__ import annotations

from datetime import datetime

from tutela.hotline.cases.states import TERMINAL
from tutela.hotline.takedown.access import is_retracted
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.states import Event, next_state
from tutela.kernel.errors import Refused
from tutela.kernel.ids import is_id

#: What every move writes beside what its caller names.
_WRITTEN = ("state", "moved_at", "evidence", "lease_until")


def locked_notice(untrusted_public_id: str) -> Notice:
    """The notice as it stands, locked until the transaction ends. Raises Refused where there is none."""
    rows = Notice.objects.select_for_update(of=("self",)).filter(public_id=untrusted_public_id)
    found = rows.first() if is_id(untrusted_public_id) else None
    if found is None:
        raise Refused("there is no notice of this id")
    return found


def move(notice: Notice, event: Event, now: datetime, *also: str) -> Notice:
    """The notice in the state that ``event`` leads to; ``also`` names further columns that were changed.

    What would wait for another try is withdrawn where it was taken back, or its item closed. The row
    is locked by the caller. Raises Conflict where the table has no such step.
    """
    notice.state, notice.evidence, notice.moved_at = next_state(notice.state, event), event, now
    if notice.state == "queued" and not notice.retracts_id and _is_over(notice):
        notice.state, notice.evidence = next_state(notice.state, "withdrawn"), "withdrawn"
    if notice.state != "sending":
        notice.lease_until = None
    notice.save(update_fields=[*_WRITTEN, *also])
    return notice


def _is_over(notice: Notice) -> bool:
    return is_retracted(notice) or notice.sighting.item.state in TERMINAL
