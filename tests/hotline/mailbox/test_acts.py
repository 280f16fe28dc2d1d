from __future__ import annotations

from typing import get_args

from tutela.hotline.ledger.acts import declared_acts
from tutela.hotline.mailbox.acts import ACTS, declare
from tutela.hotline.mailbox.words import CLAIM_NAMES
from tutela.share.notices.claims import Claim


def test_every_act_is_declared() -> None:
    declare()
    assert set(ACTS) <= {one.word for one in declared_acts()}


def test_every_claim_has_a_name() -> None:
    said = {word for part in get_args(Claim) for word in (get_args(part) or (part,))}
    assert set(CLAIM_NAMES) == said
