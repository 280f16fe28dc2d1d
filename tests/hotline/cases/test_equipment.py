"""Equipment holds for a block; without any, a job waits."""

from __future__ import annotations

import pytest

from tests.hotline.cases.rig import rig
from tutela.hotline.cases.equipment import equip, equipment, equipped
from tutela.kernel.errors import Unavailable


def test_it_holds_for_its_block_and_the_one_before_comes_back() -> None:
    with rig() as made:
        outer, inner = made.equipment(), made.equipment()
    with equipped(outer):
        with equipped(inner):
            assert equipment() is inner
        assert equipment() is outer
        equip(inner)
        assert equipment() is inner
    with pytest.raises(Unavailable) as told:
        equipment()
    assert told.value.retry_after_seconds
