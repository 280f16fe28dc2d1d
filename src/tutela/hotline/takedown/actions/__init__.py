"""All writes of notices, checks and removals: one transaction and one entry of the ledger for each."""

from __future__ import annotations

from tutela.hotline.takedown.actions.approving import (
    approve_contact,
    list_contact,
    list_contacts,
    propose_contact,
    refuse_contact,
)
from tutela.hotline.takedown.actions.checking import plan_check, record_check
from tutela.hotline.takedown.actions.doubting import (
    find_in_doubt,
    record_bounce,
    resolve_in_doubt,
    send_again,
)
from tutela.hotline.takedown.actions.looking import ask_for_looks, record_look
from tutela.hotline.takedown.actions.ordering import hand_on_order
from tutela.hotline.takedown.actions.queueing import name_recipient, queue_notice, withdraw_notice
from tutela.hotline.takedown.actions.retracting import record_second_look, retract_notice
from tutela.hotline.takedown.actions.sending import (
    claim_sending,
    record_answer,
    record_failed,
    record_sent,
)

__all__ = [
    "approve_contact",
    "ask_for_looks",
    "claim_sending",
    "find_in_doubt",
    "hand_on_order",
    "list_contact",
    "list_contacts",
    "name_recipient",
    "plan_check",
    "propose_contact",
    "queue_notice",
    "record_answer",
    "record_bounce",
    "record_check",
    "record_failed",
    "record_look",
    "record_second_look",
    "record_sent",
    "refuse_contact",
    "resolve_in_doubt",
    "retract_notice",
    "send_again",
    "withdraw_notice",
]
