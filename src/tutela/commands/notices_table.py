"""What the commands about notices share: how a notice is shown. No command itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tutela.kernel.clock import iso_utc

if TYPE_CHECKING:
    from tutela.hotline.takedown.models import Notice


def facts_of(notice: Notice) -> dict[str, Any]:
    """One notice for ``--json``: times in UTC, an empty text where there is nothing."""
    return {
        "notice": notice.public_id,
        "state": notice.state,
        "evidence": notice.evidence,
        "urgent": notice.priority == 0,
        "recipient": notice.recipient.public_id,
        "recipient_name": notice.recipient.name,
        "item": notice.sighting.item.public_id,
        "sighting": notice.sighting.public_id,
        "consequence": notice.consequence,
        "letter": notice.letter.public_id if notice.letter else "",
        "notices_in_letter": notice.letter.size if notice.letter else 0,
        "is_test": bool(notice.letter and notice.letter.is_test),
        "message_id": notice.message_id,
        "queued_at": iso_utc(notice.queued_at),
        "moved_at": iso_utc(notice.moved_at),
        "due": iso_utc(notice.due),
        "attempts": notice.attempts,
        "stage": notice.stage,
        "answer_code": notice.answer_code,
        "second_look_due": iso_utc(notice.second_look_due) if notice.second_look_due else "",
    }


def line_of(facts: dict[str, Any]) -> str:
    """One notice as it is shown in a list."""
    tried = f", {facts['attempts']} tries" if facts["attempts"] != 1 else ", 1 try"
    ended = f", last at {facts['stage']} {facts['answer_code'] or ''}".rstrip() if facts["stage"] else ""
    urgent = "  urgent" if facts["urgent"] else ""
    return f"{facts['notice']}  {facts['state']:<9} {facts['queued_at']}{urgent}{tried}{ended}"
