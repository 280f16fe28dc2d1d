from __future__ import annotations

import re
from pathlib import Path

from tutela.hotline.ledger.acts import declared_acts
from tutela.hotline.partners import actions
from tutela.hotline.partners.acts import ACTS, GROUNDS, OUTCOMES, RELEASED, STATES, TROUBLES, WAYS
from tutela.kernel.log import is_declared


def test_every_act_of_this_app_is_declared_and_used() -> None:
    folder = Path(str(actions.__file__)).parent
    used = set(
        re.findall(r'"((?:partner|referral)_[a-z]+)"', " ".join(p.read_text() for p in folder.glob("*.py")))
    )
    assert set(ACTS) <= {one.word for one in declared_acts()} and set(ACTS) <= used


def test_every_word_may_stand_in_the_ledger() -> None:
    for word in (*STATES, *GROUNDS, *OUTCOMES, *TROUBLES, *WAYS):
        assert is_declared(word), word
    assert RELEASED in OUTCOMES and {to for ways in STATES.values() for to in ways} <= set(STATES)
