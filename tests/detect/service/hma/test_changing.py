from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.detect.service.hma.desk import RULES, Desk
from tests.detect.service.making import header
from tutela.detect.service.applied import Outcome
from tutela.detect.service.changes import Draft
from tutela.detect.service.hma.shape import Hma
from tutela.kernel.errors import Conflict

DRAFT = Draft(list="SHOP", act="create", caller="c", header=header("SHOP"))


@pytest.mark.parametrize(
    ("outcome", "error"),
    [
        (Outcome(applied=True), None),
        (Outcome(applied=False), None),
        (Outcome(applied=False, problem=Conflict("no"), held=False), Conflict),
        (Outcome(applied=False, problem=Conflict("no"), held=True), Conflict),
    ],
)
def test_a_change_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcome: Outcome, error: Any
) -> None:
    desk = Desk(tmp_path)
    monkeypatch.setattr(desk.shelf, "wait", lambda _sequence, _seconds: outcome)
    hma = Hma(service=desk.service, rules=RULES, signals=RULES.signals())
    if error is None:
        anyio.run(hma.changing.change, hma, DRAFT)
    else:
        with pytest.raises(error):
            anyio.run(hma.changing.change, hma, DRAFT)
    assert desk.log.head() == 1
    desk.close()
