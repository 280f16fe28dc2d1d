from __future__ import annotations

from tutela.hotline.cases import job_kinds
from tutela.hotline.work.handlers import registered_kinds


def test_somebody_does_each_kind_of_job_that_a_case_makes_necessary() -> None:
    kinds = {kind for name, kind in vars(job_kinds).items() if name.isupper()}
    assert kinds and kinds <= set(registered_kinds())
