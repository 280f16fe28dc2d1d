from __future__ import annotations

from tutela.hotline.backups.acts import ACTS
from tutela.hotline.ledger.acts import declared_acts


def test_both_acts_may_be_recorded() -> None:
    declared = {one.word: one.module for one in declared_acts()}
    assert {declared[word] for word in ACTS} == {"tutela.hotline.backups.acts"}
