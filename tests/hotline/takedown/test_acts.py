from __future__ import annotations

import re
from pathlib import Path

from tutela.hotline.ledger.acts import declared_acts
from tutela.hotline.people.quorum.consequences import CONSEQUENCES as KNOWN
from tutela.hotline.takedown import actions
from tutela.hotline.takedown.acts import ACTS, CONSEQUENCES


def test_every_act_of_this_app_is_declared_and_used() -> None:
    declared = {one.word for one in declared_acts()}
    folder = Path(str(actions.__file__)).parent
    text = " ".join(path.read_text() for path in folder.glob("*.py"))
    used = set(
        re.findall(
            r'"((?:recipient|notices?|check|contact|search|form|hand_over|order|take_back)_[a-z_]+)"', text
        )
    )
    assert set(ACTS) <= declared
    assert set(ACTS) <= used


def test_the_kinds_of_notices_are_consequences_of_the_quorum() -> None:
    assert set(CONSEQUENCES) == {name for name, one in KNOWN.items() if one.act == "notify_host"}
