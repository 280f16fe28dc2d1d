from __future__ import annotations

from tutela.hotline.intake.ways import AGES, HELP, WAY_NAMES, WAYS
from tutela.kernel.help.contacts import KINDS


def test_every_way_in_has_a_name_and_help_that_begins_with_crisis() -> None:
    assert set(WAY_NAMES) == set(WAYS) <= set(HELP)
    assert all(kinds[0] == "emergency" and set(kinds) <= set(KINDS) for kinds in HELP.values())
    assert {"under_13", "13_15", "16_17"} < set(AGES)
