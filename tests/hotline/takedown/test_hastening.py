from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.hotline.takedown.making import WORKER, a_clock, a_notice
from tutela.hotline.cases.actions.urgency import make_urgent
from tutela.hotline.cases.job_kinds import HASTEN
from tutela.hotline.takedown import hastening
from tutela.hotline.takedown.models import Notice
from tutela.hotline.work.handlers import handler_of
from tutela.hotline.work.models import Job
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.django_db
NO_CLAIM: Any = None


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hastening, "equipment", lambda: SimpleNamespace(clock=a_clock()))


def test_the_job_of_an_item_that_became_urgent_raises_what_is_queued() -> None:
    notice = a_notice(a_clock())
    make_urgent(notice.sighting.item, actor=WORKER, clock=a_clock())
    job = Job.objects.get(kind=HASTEN)
    handler_of(HASTEN).inside(job.arguments, None, NO_CLAIM)
    assert Notice.objects.get().priority == 0


def test_an_item_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused):
        handler_of(HASTEN).inside({"item": "itm_none"}, None, NO_CLAIM)
