"""Everything that is written about partners and referrals: one transaction and one entry for each act."""

from __future__ import annotations

from tutela.hotline.partners.actions.answering import record_answer, record_answer_by_link
from tutela.hotline.partners.actions.handing import (
    record_delayed,
    record_failed,
    record_handed,
    record_sealed,
)
from tutela.hotline.partners.actions.mailing import (
    claim_mailing,
    doubt_referrals_after_restore,
    find_doubts,
    record_arrived,
    record_mailed,
)
from tutela.hotline.partners.actions.naming import NewPartner, confirm_partner, name_partner
from tutela.hotline.partners.actions.queueing import queue_referral, retry_referral

__all__ = [
    "NewPartner",
    "claim_mailing",
    "confirm_partner",
    "doubt_referrals_after_restore",
    "find_doubts",
    "name_partner",
    "queue_referral",
    "record_answer",
    "record_answer_by_link",
    "record_arrived",
    "record_delayed",
    "record_failed",
    "record_handed",
    "record_mailed",
    "record_sealed",
    "retry_referral",
]
