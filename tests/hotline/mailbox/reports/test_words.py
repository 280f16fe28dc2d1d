from __future__ import annotations

from tutela.hotline.mailbox.reports.results import RESULTS
from tutela.hotline.mailbox.reports.words import RESULT_NAMES


def test_every_result_has_a_name_of_its_own() -> None:
    assert set(RESULT_NAMES) == set(RESULTS)
    assert len({str(one) for one in RESULT_NAMES.values()}) == len(RESULTS)
