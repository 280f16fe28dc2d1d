from __future__ import annotations

from tutela.hotline.mailbox.acts import declare
from tutela.hotline.mailbox.reports.results import PARTNERS_TROUBLE, RESULTS
from tutela.kernel.log import is_declared


def test_every_result_may_stand_in_log_and_ledger() -> None:
    declare()
    assert all(is_declared(one) for one in RESULTS)
    assert set(RESULTS) - set(PARTNERS_TROUBLE) == {"taken", "stranger"}
