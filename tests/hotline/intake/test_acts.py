from __future__ import annotations

from tutela.hotline.intake import acts
from tutela.hotline.ledger.acts import declared_acts


def test_what_is_done_to_reports_may_stand_in_the_ledger() -> None:
    acts.declare()
    assert set(acts.ACTS) <= {one.word for one in declared_acts()}
