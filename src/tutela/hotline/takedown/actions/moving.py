"""The one writer of a notice's state: asks the table, writes the row, keeps it locked until the end.

What befalls a message befalls all the notices that it carries: they are locked together, always in the order
of their keys, so that no two writers wait for each other.
"""

from __future__ import annotations

from datetime import datetime

from tutela.hotline.cases.states import TERMINAL
from tutela.hotline.takedown.access import is_retracted
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.states import Event, next_state
from tutela.kernel.errors import Conflict, Refused
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


def locked_carried(letter: str, token: int) -> list[Notice]:
    """The notices of the letter's attempt with this token, locked; none where it is no longer theirs."""
    rows = Notice.objects.select_for_update(of=("self",)).filter(
        letter__public_id=letter, token=token, state__in=("sending", "in_doubt")
    )
    return list(rows.order_by("id"))


def locked_together(untrusted_public_id: str, *states: str) -> list[Notice]:
    """The notice, locked, and all those of its letter in one of these states. The one asked for leads.

    Raises Refused where there is none of this id, Conflict where it is in another state.
    """
    of_letter = _letter_of(untrusted_public_id)
    if of_letter is None:
        found = [locked_notice(untrusted_public_id)]
    else:
        rows = Notice.objects.select_for_update(of=("self",)).filter(letter=of_letter)
        found = list(rows.order_by("id"))
    alike = [notice for notice in found if notice.state in states]
    alike.sort(key=lambda notice: notice.public_id != untrusted_public_id)
    if not alike or alike[0].public_id != untrusted_public_id:
        state = next((one.state for one in found if one.public_id == untrusted_public_id), "on its way")
        raise Conflict(f"the notice is {state.replace('_', ' ')} by now; look again")
    return alike


def _letter_of(untrusted_public_id: str) -> int | None:
    """The key of the notice's letter, read without a lock: it is compared again under one."""
    if not is_id(untrusted_public_id):
        return None
    return Notice.objects.filter(public_id=untrusted_public_id).values_list("letter", flat=True).first()


def state_of(notices: list[Notice]) -> str:
    """The state of notices that were moved together: of those that were not withdrawn, if any."""
    return next((notice.state for notice in notices if notice.state != "withdrawn"), "withdrawn")


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
